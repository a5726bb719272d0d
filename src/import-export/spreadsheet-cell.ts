/**
 * Spreadsheets take a value for a formula that begins with `=`, `+`, `-` or `@`, also in their full-width forms, and may
 * take one for it that begins with a tab or a line end (OWASP, "CSV Injection"). Spaces and invisible characters before
 * these do not count. An apostrophe is here so that those of the text can be told from those that are added.
 */
const AT_START = /^(?=[\s\p{C}]*[=+\-@＝＋－＠']|[\t\r\n])/u;

/** Some of them separate values by semicolons or tabs, and then see no quotes around a value, nor around its line ends. */
const INSIDE = /([;\t\n]|\r\n?)(?=[[\s\p{C}]--[;\t\r\n]]*[=+\-@＝＋－＠'])/gv;

/**
 * Puts an apostrophe before whatever a spreadsheet could take for a formula. The text as it was has one apostrophe less
 * at its beginning, and behind each semicolon, tab and line end, where there is one.
 */
export const withoutFormulas = (text: string): string =>
  text.replace(AT_START, "'").replaceAll(INSIDE, "$1'");
