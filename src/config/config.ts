import { SetupError } from '../domain/errors.ts';
import type { LiveSettings } from '../sources/live/open.ts';
import { SETTINGS, type Setting } from './settings.ts';

type Settings = typeof SETTINGS;

/** The settings' values: durations in milliseconds. */
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

/** What is set, judged: of a wrong setting `config` holds the default. */
export interface InspectedConfig {
  readonly config: Config;
  /** Of each wrong setting, by its name: one line that names it, says what it must be, and never shows its value. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Reads all settings, however many are wrong. */
export function inspectConfig(environment: NodeJS.ProcessEnv = process.env): InspectedConfig {
  const faults = new Map<string, string>();
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { fallback, read, emptyIsWrong, alias = name }]) => {
      const variable = environment[alias] === undefined ? name : alias;
      const given = environment[variable];
      const text = given === '' && !emptyIsWrong ? fallback : (given ?? fallback);
      try {
        return [name, text === undefined ? undefined : read(text)];
      } catch (error) {
        faults.set(name, `${variable} ${error instanceof Error ? error.message : 'is wrong'}`);
        return [name, fallback === undefined ? undefined : read(fallback)];
      }
    },
  );
  const config = Object.fromEntries(entries) as Config;
  const isEitherWrong = faults.has('PORT') || faults.has('METRICS_PORT');
  if (!isEitherWrong && config.METRICS_PORT === config.PORT && config.PORT > 0)
    faults.set('METRICS_PORT', 'METRICS_PORT must differ from PORT');
  return { config, faults };
}

/** @throws SetupError that names the variable, and never shows its value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const { config, faults } = inspectConfig(environment);
  for (const message of faults.values()) throw new SetupError(message);
  return config;
}

/** The proxies, as the client for outgoing requests wants them. */
export function proxiesOf({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Config) {
  return { http: HTTP_PROXY, https: HTTPS_PROXY, except: NO_PROXY };
}

/** The settings of the live source, as it wants them. */
export const liveSettingsOf = (config: Config): LiveSettings => ({
  exchanges: {
    coinbase: config.COINBASE_URL,
    kraken: config.KRAKEN_URL,
    bitstamp: config.BITSTAMP_URL,
  },
  fearAndGreedUrl: config.FEAR_GREED_URL,
  newsFeeds: config.NEWS_FEEDS,
  halfLife: config.SENTIMENT_HALF_LIFE,
  interval: config.REFRESH_INTERVAL,
});
