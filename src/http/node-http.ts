// An `import` of `node:http` reads all of its exports, and so loads Node's `fetch`, which doubles the time that Node.js
// takes to start.
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
