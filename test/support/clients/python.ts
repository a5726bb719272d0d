import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { PYTHON_TOOLS } from '../../../scripts/python-tools.ts';

const isInstalled = existsSync(PYTHON_TOOLS);

if (!isInstalled && process.env['CI'])
  throw new Error('with CI set, npm run python-tools has to be run before');

/** For a test's options: skips it, visibly, where the Python packages are not installed. */
export const needsPython = { skip: !isInstalled && 'npm run python-tools has not been run here' };

/** Runs a Python program in a folder, and returns what it prints. Warnings are errors. */
export async function runPython(program: string, folder: string): Promise<string> {
  const { PATH = '' } = process.env;
  const { stdout } = await promisify(execFile)('python3', ['-c', program], {
    cwd: folder,
    env: { PATH, PYTHONPATH: PYTHON_TOOLS, PYTHONDONTWRITEBYTECODE: '1', TZ: 'America/New_York' },
    timeout: 60_000,
  });
  return stdout;
}
