import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';

import manifest from '../package.json';
import { activate, show } from '../src/extension';

vi.mock('vscode', async () => {
  const mock = (await import('jest-mock-vscode')).createVSCodeMock(vi);
  class McpStdioServerDefinition {
    constructor(
      readonly label: string,
      readonly command: string,
      readonly args: string[],
      readonly env: Record<string, string>,
    ) {}
  }
  const extensions = { getExtension: vi.fn() };
  return { ...mock, extensions, McpStdioServerDefinition, lm: { registerMcpServerDefinitionProvider: vi.fn(() => ({ dispose() {} })) } };
});

const context = () => ({ subscriptions: [] as vscode.Disposable[] }) as unknown as vscode.ExtensionContext;

beforeEach(() => vi.clearAllMocks());

describe('activation', () => {
  test('registers every command of the manifest and the server under the id of the manifest', async () => {
    activate(context());
    const registered = vi.mocked(vscode.commands.registerCommand).mock.calls.map(([name]) => name);
    expect(registered.sort()).toEqual(manifest.contributes.commands.map((c) => c.command).sort());
    const [id, provider] = vi.mocked(vscode.lm.registerMcpServerDefinitionProvider).mock.calls[0]!;
    expect(id).toBe(manifest.contributes.mcpServerDefinitionProviders[0]!.id);
    const definitions = await provider.provideMcpServerDefinitions({} as vscode.CancellationToken);
    expect(definitions).toHaveLength(1);
    expect((definitions![0] as vscode.McpStdioServerDefinition).args.at(-1)).toBe('serve');
  });
});

describe('findings', () => {
  test('are shown in their files, and old ones go', () => {
    const collection = { clear: vi.fn(), set: vi.fn() } as unknown as vscode.DiagnosticCollection;
    const squiggle = { file: 'a.py', firstLine: 1, lastLine: 1, severity: 'error', code: 'epsilon', message: 'm' } as const;
    show(collection, vscode.Uri.file('/w'), [squiggle, { ...squiggle, firstLine: 4, lastLine: 5 }]);
    expect(collection.clear).toHaveBeenCalledOnce();
    const [uri, diagnostics] = vi.mocked(collection.set).mock.calls[0] as unknown as [vscode.Uri, vscode.Diagnostic[]];
    expect(uri.fsPath).toBe('/w/a.py');
    expect(diagnostics.map((d) => [d.range.start.line, d.range.end.line, d.code])).toEqual([[1, 1, 'epsilon'], [4, 5, 'epsilon']]);
  });
});
