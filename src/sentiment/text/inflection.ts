const VOWEL_AND_ONE_CONSONANT = /^[^aeiou]*(?:qu)?[aeiou][bdgklmnprt]$/;
const SIBILANT = /(?:s|x|z|ch|sh|o)$/;
const CONSONANT_AND_Y = /[^aeiou]y$/;

function stemBeforeIng(lemma: string, past: string): string {
  if (VOWEL_AND_ONE_CONSONANT.test(lemma)) return lemma + lemma.slice(-1);
  // Longer verbs double where their past does: defer, deferred, deferring.
  if (past === `${lemma}${lemma.slice(-1)}ed`) return lemma + lemma.slice(-1);
  if (lemma.endsWith('ie')) return `${lemma.slice(0, -2)}y`;
  return /[^eoy]e$/.test(lemma) ? lemma.slice(0, -1) : lemma;
}

function regularPast(lemma: string): string {
  if (lemma.endsWith('e')) return `${lemma}d`;
  if (CONSONANT_AND_Y.test(lemma)) return `${lemma.slice(0, -1)}ied`;
  return VOWEL_AND_ONE_CONSONANT.test(lemma) ? `${lemma}${lemma.slice(-1)}ed` : `${lemma}ed`;
}

function thirdPerson(lemma: string): string {
  if (CONSONANT_AND_Y.test(lemma)) return `${lemma.slice(0, -1)}ies`;
  return SIBILANT.test(lemma) ? `${lemma}es` : `${lemma}s`;
}

/** All forms of an English verb; past and participle where they are not regular. */
export function inflect(lemma: string, past = regularPast(lemma), participle = past): readonly string[] {
  return [...new Set([lemma, thirdPerson(lemma), past, participle, `${stemBeforeIng(lemma, past)}ing`])];
}
