import { localLauncher } from '../../../scripts/redis/launchers.ts';
import { needsRedis } from '../stores/redis.ts';

const isHere = await localLauncher().then(
  () => true,
  () => false,
);

if (!isHere && process.env['CI'])
  throw new Error('with CI set, a Redis of which several can be run has to be here');

/** For a test's options: skips it, visibly, where no cluster and no sentinels can be had. */
export const needsSeveral = {
  skip: needsRedis.skip || (!isHere && 'several servers that find each other cannot be had here'),
};
