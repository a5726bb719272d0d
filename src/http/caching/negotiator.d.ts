// `@types/negotiator` describes version 0.6, without `preferred`.
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: Readonly<Record<string, string>> });
    mediaType(available: readonly string[]): string | undefined;
    /** @param options `preferred`: our order for encodings of equal quality. */
    encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
  }
}
