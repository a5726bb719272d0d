#!/usr/bin/env node
import { existsSync } from 'node:fs';
import process from 'node:process';
import { SOFTWARE } from './cli/exit-codes.ts';
import { writerVersion } from './config/writer-version.ts';

// Node's own exit code for a crash is 1, which here means "not lit".
process.on('uncaughtException', (error) => {
  process.stderr.write(`is-bitcoin-lit: ${error.stack ?? error}\n`);
  process.exit(SOFTWARE);
});

// Without a reader for the output, there is no answer: 0 and 1 would mean “lit” and “not lit”.
process.stdout.on('error', () => process.exit(SOFTWARE));

// Variables that are set already take precedence. A worker has those of the process that started it.
if (writerVersion() === undefined && existsSync('.env')) process.loadEnvFile();

const { main } = await import('./cli/command-line.ts');
process.exitCode = await main(process.argv.slice(2));
