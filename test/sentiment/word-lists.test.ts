import assert from 'node:assert/strict';
import { test } from 'node:test';
import { genresOf, isGenreWord } from '../../src/sentiment/context/genres.ts';
import { LEXICON } from '../../src/sentiment/lexicon/lexicon.ts';
import { listPhrases, spellingsOf, VERBS } from '../../src/sentiment/lexicon/phrase-lists.ts';
import { PhraseTrie } from '../../src/sentiment/lexicon/phrase-trie.ts';
import { readList, wordSet } from '../../src/sentiment/lexicon/word-lists.ts';
import { inflect } from '../../src/sentiment/text/inflection.ts';
import { tokenizer } from '../../src/sentiment/text/tokens.ts';

const tokenize = tokenizer((word) => LEXICON.knows(word) || isGenreWord(word));

const WILD: Readonly<Record<string, string>> = { '#': '$9,400', $: '$9,400', '@': '3-month', '*': 'xyz' };

/** Every way to write an entry of words.txt, phrases.txt or genres.txt, as it would stand in a headline. */
function written(entry: string): string[] {
  const words = entry.replace(/^\^|(?<=\S)\$$/g, '').split(' ');
  return words.reduce<string[]>(
    (texts, word) =>
      texts.flatMap((text) => spellingsOf(WILD[word] ?? word).map((way) => `${text} ${way}`.trim())),
    [''],
  );
}

test('verbs have all their forms', () => {
  const forms = {
    launch: ['launch', 'launches', 'launched', 'launching'],
    rise: ['rise', 'rises', 'rose', 'risen', 'rising'],
    drop: ['drop', 'drops', 'dropped', 'dropping'],
    defer: ['defer', 'defers', 'deferred', 'deferring'],
    deny: ['deny', 'denies', 'denied', 'denying'],
    freeze: ['freeze', 'freezes', 'froze', 'frozen', 'freezing'],
    gain: ['gain', 'gains', 'gained', 'gaining'],
  };
  const irregular: Readonly<Record<string, string[]>> = {
    rise: ['rose', 'risen'],
    defer: ['deferred'],
    freeze: ['froze', 'frozen'],
  };
  for (const [lemma, expected] of Object.entries(forms)) {
    const [past, participle] = irregular[lemma] ?? [];
    assert.deepEqual(inflect(lemma, past, participle), expected);
  }
});

test('a determiner may stand in a phrase, but does not end it', () => {
  const phrases = listPhrases([
    { head: ['end'], entries: ['pull(s) plug'] },
    { head: ['pull'], entries: ['pull(s)'] },
  ]);
  const book = new PhraseTrie(phrases, (head) => head);
  const read = (text: string) => book.longestAt(tokenize(text), 0);
  assert.deepEqual(read('pulls the plug'), { entry: 'end', from: 0, to: 3 });
  assert.deepEqual(read('pulls its plug'), { entry: 'end', from: 0, to: 3 });
  assert.deepEqual(read('pulls the trigger'), { entry: 'pull', from: 0, to: 1 });
  assert.deepEqual(read('pulls no plug'), { entry: 'pull', from: 0, to: 1 });
});

test('every verb, word and phrase is there once, and found in a headline, with its own role and points', () => {
  const entries = [
    ...VERBS.filter(({ head }) => head[0] !== 'forms'),
    ...readList('words'),
    ...readList('phrases'),
  ].map(({ head, entries }) => ({ head, texts: entries.flatMap(written) }));
  const seen = new Set<string>();
  for (const { head, texts } of entries) {
    for (const text of texts) {
      assert.ok(!seen.has(text), `${text} is there twice, the second time as ${head.join(' ')}`);
      seen.add(text);
      const tokens = tokenize(text);
      const match = LEXICON.longestAt(tokens, 0);
      assert.deepEqual(
        [match?.to, match?.entry],
        [tokens.length, { role: head[0], points: Number(head[1]) }],
        `${head.join(' ')}: ${text}`,
      );
    }
  }
  assert.ok(seen.size > 3000, 'the lists were read');
});

test('the sign of the points fits the role', () => {
  const roles: Readonly<Record<string, (points: number) => boolean>> = {
    contrary: (points) => points <= 0,
    opponent: (points) => points < 0,
    mend: (points) => points > 0,
    not: (points) => points <= 0,
    authority: (points) => points <= 0,
    plain: (points) => points === 0,
    move: (points) => points !== 0,
    tone: (points) => points !== 0,
    event: (points) => points !== 0,
  };
  for (const name of ['verbs', 'words', 'phrases']) {
    for (const { head, entries } of readList(name)) {
      const [role = '', points] = head;
      assert.ok(roles[role]?.(Number(points)) ?? true, `${head.join(' ')}: ${entries[0]}`);
      assert.ok(Math.abs(Number(points ?? 0)) <= 75, head.join(' '));
    }
  }
});

test('every genre phrase is found, with its genre', () => {
  for (const { head, entries } of readList('genres')) {
    assert.ok(wordSet('genre').has(head[0] ?? ''), `there is no genre ${head}`);
    for (const entry of entries) {
      for (const text of written(entry)) {
        const title = entry.startsWith('^') ? `${text.replace('$9,400', '7')} xyz` : `xyz ${text}`;
        const tokens = tokenize(title);
        const genres = genresOf(tokens).map(({ genre }) => genre);
        assert.ok(
          genres.some((genre) => genre === head[0]),
          `${entry} is no ${head[0]} but ${genres}`,
        );
      }
    }
  }
});

test('every subject is one that decides whether a headline is about the market', () => {
  const subjects = new Set(readList('subjects').map(({ head }) => head.join(' ')));
  assert.deepEqual(subjects, new Set(['bitcoin', 'market', 'place', 'other']));
});
