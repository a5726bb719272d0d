import assert from 'node:assert/strict';
import { type TestContext, type TestOptions, test } from 'node:test';
import type { StateStore } from '../../src/stores/state-store.ts';

export interface MemoryUnderTest {
  readonly name: string;
  readonly options: TestOptions;
  /** An empty stateStore, and what each process that shares it has of it; closed after the test. */
  open(t: TestContext): Promise<{ process(): Promise<StateStore> }>;
}

const headlines = (...pairs: [string, string][]) => ({ keep: new Map(pairs), forget: [] });

/** What every state store must do. */
export function stateStoreContract({ name, options, open }: MemoryUnderTest): void {
  test(`${name}: has no state at first`, options, async (t) => {
    const stateStore = await (await open(t)).process();
    assert.equal(await stateStore.read('price'), undefined);
    const kept = await stateStore.headlines(undefined);
    assert.equal(kept?.texts.size, 0);
    assert.equal(await stateStore.headlines(kept?.mark), undefined);
  });

  test(`${name}: documents: the last write wins, for all processes`, options, async (t) => {
    const { process } = await open(t);
    const [one, other] = [await process(), await process()];
    await one.write('price', '{"a": 1}');
    await other.write('price', '{"ä": "🚀"}');
    await one.write('feeds', '');
    assert.equal(await one.read('price'), '{"ä": "🚀"}');
    assert.equal(await other.read('feeds'), '');
  });

  test(`${name}: the first text to be settled stays`, options, async (t) => {
    const { process } = await open(t);
    const [one, other] = [await process(), await process()];
    const settled = await Promise.all([one.settle('id', '1'), other.settle('id', '2')]);
    assert.equal(settled[0], settled[1]);
    assert.equal(await one.settle('id', '3'), settled[0]);
    assert.equal(await other.read('id'), settled[0]);
  });

  test(`${name}: headlines: the first write of a key wins, and two writers lose none`, options, async (t) => {
    const { process } = await open(t);
    const [one, other] = [await process(), await process()];
    const many = (who: string): [string, string][] =>
      Array.from({ length: 450 }, (_, index) => [`${who}\n${index}`, who.repeat(100)]);
    await one.changeHeadlines(headlines(['both\n1', 'first']));
    await Promise.all([
      one.changeHeadlines(headlines(['both\n1', 'second'], ...many('a'))),
      other.changeHeadlines(headlines(['both\n1', 'third'], ...many('b'))),
    ]);
    const kept = await other.headlines(undefined);
    assert.equal(kept?.texts.size, 901);
    assert.equal(kept?.texts.get('both\n1'), 'first');
    assert.equal(kept?.texts.get('b\n449'), 'b'.repeat(100));
  });

  test(
    `${name}: headlines: the mark changes with every change, and removed ones are gone`,
    options,
    async (t) => {
      const { process } = await open(t);
      const [one, other] = [await process(), await process()];
      await one.changeHeadlines(headlines(['a', '1'], ['b', '1']));
      const before = await other.headlines(undefined);
      assert.equal(await other.headlines(before?.mark), undefined);
      await one.changeHeadlines({
        keep: new Map([
          ['b', '2'],
          ['c', '2'],
        ]),
        forget: ['a', 'b', 'nothing'],
      });
      const after = await other.headlines(before?.mark);
      assert.deepEqual([...(after?.texts ?? [])].toSorted(), [
        ['b', '2'],
        ['c', '2'],
      ]);
      await one.changeHeadlines({ keep: new Map(), forget: ['c'] });
      assert.deepEqual([...((await other.headlines(after?.mark))?.texts.keys() ?? [])], ['b']);
    },
  );
}
