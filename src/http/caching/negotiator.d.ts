// `@types/negotiator` describes version 0.6, which has no `preferred`.
declare module 'negotiator' {
  type Headers = Readonly<Record<string, string | undefined>>;
  export default class Negotiator {
    constructor(request: { headers: Headers });
    mediaType(available: readonly string[]): string | undefined;
    /** @param options `preferred`: our order for encodings of equal quality. */
    encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
  }
}
