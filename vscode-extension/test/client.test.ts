import * as fs from 'node:fs';
import * as path from 'node:path';

import { describe, expect, test } from 'vitest';

import { callTool, ToolFailed } from '../src/client';

// The real server; `make extension` says where it is.
const command = process.env['PAPER_IMPLEMENTER_COMMAND'] ?? path.join(__dirname, '..', '..', '.venv', 'bin', 'paper-implementer');

describe.skipIf(!fs.existsSync(command))('the real server', () => {
  const start = { command, args: ['serve'], env: {} };

  test('answers a tool call with its structured result', async () => {
    const answer = await callTool<{ facts: { key: string }[] }>(start, 'lookup_default', { query: 'adam betas', method: 'Transformer' });
    expect(answer.facts[0]?.key).toBe('optimizer.betas');
  });
  test('says in its own words why a tool failed', async () => {
    await expect(callTool(start, 'fetch_paper', { paper: '/nowhere/paper.pdf' })).rejects.toThrow(/NotFound: .*paper\.pdf/);
  });
  test('that does not start is an error that says what to do', async () => {
    const missing = { command: process.execPath, args: ['-e', 'console.error("no module"); process.exit(1)'], env: {} };
    const call = callTool(missing, 'lookup_default', { query: 'lr' });
    await expect(call).rejects.toThrow(ToolFailed);
    await expect(call).rejects.toThrow(/paperImplementer\.serverCommand/);
  });
});
