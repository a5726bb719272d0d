/** The page's own colours, read off its style sheet: the canvas knows no variables. */
export interface Colors {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly band: string;
  readonly ember: string;
  readonly ash: string;
}

export function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: color('ground'),
    ink: color('ink'),
    soft: color('soft'),
    line: color('line'),
    band: color('band'),
    ember: color('ember-fill'),
    ash: color('ash-fill'),
  };
}
