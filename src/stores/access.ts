/** How a store is opened: to serve it, to write beside a service, or to read it without creating anything. */
export type Access = 'serve' | 'write' | 'read';
