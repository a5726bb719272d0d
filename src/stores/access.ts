/** How a store is opened: by the one process that serves it, to write beside others, or to read without creating anything. */
export type Access = 'serve' | 'write' | 'read';
