import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import type { ServerStart } from './server';

/** The server said no; the message is meant for the user. */
export class ToolFailed extends Error {}

export interface CallOptions {
  cwd?: string;
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
}

const TEN_MINUTES = 600_000;

/** Start a server, call one tool of it, end it. Throws `ToolFailed` with the server's own words where the tool fails. */
export async function callTool<Result>(
  start: ServerStart,
  name: string,
  args: Record<string, unknown>,
  options: CallOptions = {},
): Promise<Result> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined));
  const transport = new StdioClientTransport({
    command: start.command,
    args: start.args,
    env: { ...inherited, ...start.env },
    stderr: 'pipe',
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
  });
  const client = new Client({ name: 'paper-implementer-vscode', version: '0.1.0' }, { versionNegotiation: { mode: 'auto' } });
  try {
    await client.connect(transport);
  } catch (error) {
    await client.close();
    const reason = stderr.trim().split('\n').at(-1) || (error instanceof Error ? error.message : String(error));
    throw new ToolFailed(
      `The server did not start with “${[start.command, ...start.args].join(' ')}”: ${reason}. ` +
        'Install the Python package paper-implementer there, or set paperImplementer.serverCommand.',
    );
  }
  try {
    const result = await client.callTool(
      { name, arguments: args },
      {
        timeout: TEN_MINUTES,
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.onProgress ? { onprogress: (p) => options.onProgress?.(p.message ?? `${p.progress}`) } : {}),
      },
    );
    if (result.isError) {
      const text = result.content.flatMap((c) => (c.type === 'text' ? [c.text] : [])).join(' ');
      throw new ToolFailed(text || `${name} failed.`);
    }
    return result.structuredContent as Result;
  } finally {
    await client.close();
  }
}
