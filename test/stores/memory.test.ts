import assert from 'node:assert/strict';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { stateStoreContract } from '../contracts/state-store.ts';
import { storeContract } from '../contracts/store.ts';
import {
  createMemoryStateStore,
  createMemoryStore,
  emptyShared,
  type Shared,
} from '../support/stores/memory-store.ts';

const shared = new WeakMap<SampleStore, Shared>();
const sharedOf = (store: SampleStore): Shared => shared.get(store) ?? assert.fail('an unknown store');

function openBeside(state: Shared): SampleStore {
  const store = createMemoryStore(state);
  shared.set(store, state);
  return store;
}

storeContract({
  name: 'memory',
  options: {},
  open: async () => openBeside(emptyShared()),
  openBeside: async (_, store) => openBeside(sharedOf(store)),
  async intrude(store, sample) {
    await store.append([sample], new AbortController().signal);
  },
  clear: async (store) => sharedOf(store).samples.clear(),
});

stateStoreContract({
  name: 'memory',
  options: {},
  async open() {
    const all = emptyShared();
    return { process: async () => createMemoryStateStore(all) };
  },
});
