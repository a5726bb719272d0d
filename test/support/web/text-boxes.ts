/**
 * JavaScript that returns the faults of the visible text, one line each: outside the window, clipped by a box, outside
 * its button or cell, touching or overlapping other text or the flame.
 */
export const TEXT_FAULTS = `(() => {
  const faults = [];
  /** The least distance between two texts side by side, in pixels. */
  const GAP = 4;
  /** Tolerance for rounding, in pixels. */
  const SLIGHT = 1;
  const width = document.documentElement.clientWidth;
  const around = (element, isOne) => {
    for (let one = element; one; one = one.parentElement) if (isOne(one)) return one;
    return undefined;
  };
  const isBlock = (element) => getComputedStyle(element).display !== 'inline';
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    const element = node.parentElement;
    const text = node.data.trim();
    if (!text || element.closest('.unseen, .canvas, .skip, noscript') || !element.checkVisibility()) continue;
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    const range = document.createRange();
    range.selectNodeContents(node);
    const scroller = around(element, (one) => /auto|scroll/.test(getComputedStyle(one).overflowX));
    for (const rect of range.getClientRects()) {
      if (rect.width < 0.5 || size === 0) continue;
      // From ascender to descender, not the whole line.
      const middle = (rect.top + rect.bottom) / 2;
      const box = {
        text, element, size, left: rect.left, right: rect.right, top: middle - 0.36 * size, bottom: middle + 0.46 * size,
        block: around(element, isBlock), isFlame: false,
      };
      if (scroller) {
        const clip = scroller.getBoundingClientRect();
        box.left = Math.max(box.left, clip.left);
        box.right = Math.min(box.right, clip.right);
        if (box.right <= box.left) continue;
      }
      if (box.left < -SLIGHT || box.right > width + SLIGHT)
        faults.push('"' + text + '" is out of the window: ' + [box.left, box.right]);
      for (const holder of [element.closest('button'), element.closest('td, th[scope=col]'), element.closest('.word-room'),
        around(element, (one) => /hidden|clip/.test(getComputedStyle(one).overflowX))]) {
        if (!holder || holder === document.documentElement) continue;
        const { left, right } = holder.getBoundingClientRect();
        // The large word's first letter starts a little further left, so that its stem aligns with the text below.
        const isOut = box.right > right + 2 * SLIGHT || (box.left < left - 2 * SLIGHT && size < 60);
        if (isOut)
          faults.push('"' + text + '" is out of its ' + (holder.className || holder.localName) + ': ' +
            [box.left, box.right] + ' in ' + [left, right]);
      }
      boxes.push(box);
    }
  }
  for (const flame of document.querySelectorAll('.flame')) {
    const { left, right, top, bottom } = flame.getBoundingClientRect();
    boxes.push({ text: 'the flame', element: flame, left, right, top, bottom, size: 0, block: flame.closest('.word'), isFlame: true });
  }
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      if (one.block === other.block && (one.isFlame || other.isFlame)) continue;
      const apart = Math.max(one.left, other.left) - Math.min(one.right, other.right);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (high <= SLIGHT) continue;
      // Letters of one word may overlap.
      const least = one.block === other.block ? -0.1 * Math.max(one.size, other.size) : GAP;
      if (apart < least)
        faults.push('"' + one.text + '" and "' + other.text + '" ' + (apart < 0 ? 'overlap' : 'touch') + ': ' + apart.toFixed(1));
    }
  }
  const sideways = document.documentElement.scrollWidth - width;
  if (sideways > 0) faults.push('the page scrolls sideways by ' + sideways);
  return faults;
})()`;
