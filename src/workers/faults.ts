import { SetupError } from '../domain/errors.ts';

/** An error as text, for `faultOf` in another process. */
export function faultText(error: unknown): string {
  const { name, message, code, syscall, port } = Object(error);
  return JSON.stringify({ name, message: String(message ?? error).slice(0, 1000), code, syscall, port });
}

/** The error with what `serve` reads of it. */
export function faultOf(text: string): Error {
  const { name, message, ...rest } = JSON.parse(text);
  return name === 'SetupError' ? new SetupError(message) : Object.assign(new Error(message), rest);
}
