/**
 * Spreadsheets treat a value as a formula if it begins with `=`, `+`, `-` or `@`, also in full-width forms, and perhaps if
 * it begins with a tab or a line end (OWASP, "CSV Injection"). They ignore spaces and invisible characters before these.
 * The apostrophe is included so that existing apostrophes can be distinguished from added ones.
 */
const AT_START = /^(?=[\s\p{C}]*[=+\-@＝＋－＠']|[\t\r\n])/u;

/** Some spreadsheets separate values at semicolons or tabs, and then ignore the quotes around a value and its line ends. */
const INSIDE = /([;\t\n]|\r\n?)(?=[[\s\p{C}]--[;\t\r\n]]*[=+\-@＝＋－＠'])/gv;

/**
 * Puts an apostrophe before anything that a spreadsheet could take for a formula. To restore the text, remove one apostrophe
 * at the beginning and after each semicolon, tab and line end.
 */
export const withoutFormulas = (text: string): string =>
  text.replace(AT_START, "'").replaceAll(INSIDE, "$1'");
