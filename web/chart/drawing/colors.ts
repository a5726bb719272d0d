/** The page's own colours, read off its style sheet: the canvas knows no variables. */
export interface Colors {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly ember: string;
  readonly ash: string;
  /** Of what is written on an axis at a mark of our own. */
  readonly label: string;
  readonly labelGround: string;
}

/** Where the device forces its own colours on all pages, which a canvas does not follow by itself. */
function readForced(element: Element): Colors {
  const sample = element.ownerDocument.createElement('span');
  // Else a colour that is not that of letters is taken for one to be forced, too.
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
    // The chart takes what lies behind a label for letters, whose colour is forced.
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
