#!/usr/bin/env node
import { existsSync } from 'node:fs';
import process from 'node:process';
import { SOFTWARE } from './cli/exit-codes.ts';

// Node's own exit code for a crash is 1, which here means "not lit".
process.on('uncaughtException', (error) => {
  process.stderr.write(`is-bitcoin-lit: ${error.stack ?? error}\n`);
  process.exit(SOFTWARE);
});

// Whoever reads the result has gone: there is nobody to tell, and it is no answer.
process.stdout.on('error', () => process.exit(SOFTWARE));

// What is set already wins.
if (existsSync('.env')) process.loadEnvFile();

const { main } = await import('./cli/command-line.ts');
process.exitCode = await main(process.argv.slice(2));
