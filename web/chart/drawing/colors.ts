/** The page's colours, read from its style sheet, since a canvas does not resolve CSS variables. */
export interface Colors {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly ember: string;
  readonly ash: string;
  /** The text of the marks that we draw on an axis. */
  readonly label: string;
  readonly labelGround: string;
}

/** Whether the device forces its own colours, which a canvas does not follow by itself. */
function readForced(element: Element): Colors {
  const sample = element.ownerDocument.createElement('span');
  // Otherwise the browser forces this colour as well.
  sample.style.setProperty('forced-color-adjust', 'none');
  element.append(sample);
  const color = (name: string): string => {
    sample.style.color = name;
    return getComputedStyle(sample).color;
  };
  const colors = {
    ground: color('Canvas'),
    ink: color('CanvasText'),
    soft: color('CanvasText'),
    line: color('GrayText'),
    ember: color('Highlight'),
    ash: color('GrayText'),
    // The library derives a label's text colour from its background.
    label: color('Canvas'),
    labelGround: color('CanvasText'),
  };
  sample.remove();
  return colors;
}

export function readColors(element: Element): Colors {
  if (matchMedia('(forced-colors: active)').matches) return readForced(element);
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: color('ground'),
    ink: color('ink'),
    soft: color('soft'),
    line: color('line'),
    ember: color('ember-fill'),
    ash: color('ash-fill'),
    label: color('soft'),
    labelGround: color('ground'),
  };
}
