import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ErrorReply, RESP_TYPES } from 'redis';
import type { Client } from './client.ts';

/** Runs a Lua script. Redis runs nothing else meanwhile, so the script is atomic. */
export type Script<Reply> = (
  client: Client,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<Reply>;

interface ScriptOptions {
  /** The script changes nothing, so that a user without permission to write may run it. */
  readonly isReadOnly?: boolean;
  /** Strings in the reply are binary. */
  readonly hasBinaryReply?: boolean;
}

/**
 * Joins files and texts into a script. The caller vouches for the type of the reply.
 *
 * The script is called by its hash, and sent whole if Redis does not have it. (`defineScript` of the client needs a fixed
 * number of keys, and cannot call a script as read-only.)
 */
export function loadScript<Reply>(
  parts: readonly (URL | string)[],
  options: ScriptOptions = {},
): Script<Reply> {
  const { isReadOnly = false, hasBinaryReply = false } = options;
  const text = parts.map((part) => (typeof part === 'string' ? part : readFileSync(part, 'utf8'))).join('\n');
  const hash = createHash('sha1').update(text).digest('hex');
  const mapping = hasBinaryReply ? { [RESP_TYPES.BLOB_STRING]: Buffer } : {};

  return async (client, keys, args) => {
    const mapped = client.withTypeMapping(mapping);
    const words = { keys: [...keys], arguments: args.map(String) };
    try {
      return (await (isReadOnly ? mapped.evalShaRo(hash, words) : mapped.evalSha(hash, words))) as Reply;
    } catch (error) {
      if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT'))) throw error;
      return (await (isReadOnly ? mapped.evalRo(text, words) : mapped.eval(text, words))) as Reply;
    }
  };
}
