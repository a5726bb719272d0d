// An `import` of `node:http` reads all of its exports, and so loads Node's `fetch`, which doubles the time that Node.js
// takes to start. The bundle treats all built-in modules in this way; this file does the same for a checkout.
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
