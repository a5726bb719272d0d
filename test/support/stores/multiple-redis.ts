import { localLauncher } from '../../../scripts/redis/launchers.ts';
import { needsRedis } from './redis.ts';

const isAvailable = await localLauncher().then(
  () => true,
  () => false,
);

if (!isAvailable && process.env['CI'])
  throw new Error('with CI set, a Redis that can run as several servers is required');

/** Test options that skip a test, with a message, if no cluster or sentinels can be started. */
export const needsMultipleRedis = {
  skip:
    needsRedis.skip || (!isAvailable && 'several Redis servers that find each other cannot be started here'),
};
