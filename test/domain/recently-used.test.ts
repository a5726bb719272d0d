import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRecentlyUsed } from '../../src/domain/recently-used.ts';

test('keeps what was used last, within the limits of bytes and entries', () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('get' as const), key: fc.nat(6) }),
    fc.record({ kind: fc.constant('set' as const), key: fc.nat(6), sizeBytes: fc.nat(110) }),
    fc.record({ kind: fc.constant('drop' as const), agoMs: fc.nat(8) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      let now = 0;
      const limits = { maxBytes: 100, maxEntries: 4 };
      const cache = createRecentlyUsed<number, string>(limits, () => now);
      /** The least recently used first. */
      let model: { key: number; value: string; sizeBytes: number; usedAt: number }[] = [];
      const sum = () => model.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
      for (const one of operations) {
        now += 1;
        if (one.kind === 'drop') {
          cache.dropUsedUntil(now - one.agoMs);
          model = model.filter(({ usedAt }) => usedAt > now - one.agoMs);
          continue;
        }
        const known = model.find(({ key }) => key === one.key);
        model = model.filter((entry) => entry !== known);
        if (one.kind === 'get') {
          assert.equal(cache.get(one.key), known?.value);
          if (known) model.push({ ...known, usedAt: now });
          continue;
        }
        const value = `${now}`;
        cache.set(one.key, value, one.sizeBytes);
        if (one.sizeBytes <= limits.maxBytes)
          model.push({ key: one.key, value, sizeBytes: one.sizeBytes, usedAt: now });
        while (sum() > limits.maxBytes || model.length > limits.maxEntries) model.shift();
        assert.equal(cache.size, model.length);
        assert.equal(
          cache.has(one.key, value),
          model.some((entry) => entry.value === value),
        );
      }
      for (const { key, value } of model) assert.equal(cache.get(key), value);
      for (const key of Array.from({ length: 7 }, (_, index) => index))
        if (!model.some((entry) => entry.key === key)) assert.equal(cache.get(key), undefined);
    }),
  );
});
