import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { storeContract } from '../contracts/store.ts';
import { temporaryFolder } from '../support/temporary.ts';

const paths = new WeakMap<Store, string>();

/** As another process would: a connection of its own to the same file. */
function elsewhere(store: Store, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(paths.get(store) ?? '');
  work(database);
  database.close();
}

storeContract({
  name: 'sqlite',
  options: {},
  async open(t) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    const store = await openSqlite({ path, access: 'serve' });
    if (!store) throw new Error('it is created');
    t.after(() => store[Symbol.asyncDispose]());
    paths.set(store, path);
    return store;
  },
  async intrude(store, { time, price = null, sentiment = null }) {
    elsewhere(store, (database) => {
      database.prepare('INSERT INTO sample VALUES (?, ?, ?)').run(time, price, sentiment);
    });
  },
  async clear(store) {
    elsewhere(store, (database) => database.exec('DELETE FROM sample'));
  },
});
