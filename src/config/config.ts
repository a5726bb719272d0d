import { SetupError } from '../domain/errors.ts';
import { EXCHANGES } from '../exchanges/exchanges.ts';
import type { LiveSettings } from '../sources/live/open.ts';
import { SETTINGS, type Setting } from './settings.ts';

type Settings = typeof SETTINGS;

/** The values of the settings. Durations are in milliseconds. */
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

export interface InspectedConfig {
  /** Has the default of each invalid setting. */
  readonly config: Config;
  /** A line for each invalid setting, by name. It says what the value must be, and never shows the value. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Reads all settings, even if some are invalid. */
export function inspectConfig(environment: NodeJS.ProcessEnv = process.env): InspectedConfig {
  const faults = new Map<string, string>();
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { fallback, read, rejectsEmpty, alias = name }]) => {
      const variable = environment[alias] === undefined ? name : alias;
      const given = environment[variable];
      const text = given === '' && !rejectsEmpty ? fallback : (given ?? fallback);
      try {
        return [name, text === undefined ? undefined : read(text)];
      } catch (error) {
        faults.set(name, `${variable} ${error instanceof Error ? error.message : 'is invalid'}`);
        return [name, fallback === undefined ? undefined : read(fallback)];
      }
    },
  );
  const config = Object.fromEntries(entries) as Config;
  const isEitherInvalid = faults.has('PORT') || faults.has('METRICS_PORT');
  if (!isEitherInvalid && config.METRICS_PORT === config.PORT && config.PORT > 0)
    faults.set('METRICS_PORT', 'METRICS_PORT must differ from PORT');
  return { config, faults };
}

/** @throws SetupError that names the first invalid variable, and never shows its value. */
export function readConfig(environment?: NodeJS.ProcessEnv): Config {
  const { config, faults } = inspectConfig(environment);
  for (const message of faults.values()) throw new SetupError(message);
  return config;
}

/** The options of `createOutbound`. */
export const proxiesOf = ({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Config) => ({
  http: HTTP_PROXY,
  https: HTTPS_PROXY,
  except: NO_PROXY,
});

export const liveSettingsOf = (config: Config): LiveSettings => ({
  exchanges: EXCHANGES.map((exchange) => ({ ...exchange, url: config[exchange.setting] })),
  fearAndGreedUrl: config.FEAR_GREED_URL,
  newsFeeds: config.NEWS_FEEDS,
  halfLife: config.SENTIMENT_HALF_LIFE,
  interval: config.REFRESH_INTERVAL,
});
