import type { OptionDefinitions } from '../command.ts';

/** The options of `import` that say what a file contains. */
export const TABLE_OPTIONS: OptionDefinitions = {
  columns: {
    value: 'LIST',
    meaning:
      'the columns with the values, such as time=date,price=close; with --no-header, their numbers from 1',
  },
  'no-header': { meaning: 'the first line is data, not column names' },
  delimiter: { value: 'CHARACTER', meaning: "the character between values, such as ';' or tab" },
  decimal: {
    value: 'CHARACTER',
    meaning: 'the decimal separator (the other one separates thousands)',
    choices: [',', '.'],
  },
  'time-format': {
    value: 'FORMAT',
    meaning: "the form of the times: s, ms, us, ns, or a pattern such as '%d.%m.%Y %H:%M'",
  },
  zone: { value: 'ZONE', meaning: 'the zone of times without one, such as Europe/Berlin' },
  width: {
    value: 'WIDTH',
    meaning:
      "the records are candles of this width, such as 1m; each close is stored at its candle's last millisecond",
  },
  'accept-stablecoin': { meaning: 'treat a dollar stablecoin, such as USDT, as US dollars' },
};
