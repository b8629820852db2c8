import * as path from 'node:path';
import * as vscode from 'vscode';

import { callTool, ToolFailed } from './client';
import { type Comparison, type Squiggle, summary, toSquiggles } from './findings';
import { serverStart, type Surroundings } from './server';

const SECTION = 'paperImplementer';
const PROVIDER = 'paperImplementer';
const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

export function activate(context: vscode.ExtensionContext): void {
  const findings = vscode.languages.createDiagnosticCollection('paper-implementer');
  const changed = new vscode.EventEmitter<void>();
  context.subscriptions.push(
    findings,
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(PROVIDER, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: async () => {
        const start = serverStart(await surroundings());
        return [new vscode.McpStdioServerDefinition('Paper Implementer', start.command, start.args, start.env)];
      },
    }),
    vscode.commands.registerCommand('paperImplementer.compareToOfficialCode', () => compare(findings)),
    vscode.commands.registerCommand('paperImplementer.clearFindings', () => findings.clear()),
  );
}

/** What the user has set, and what the workspace offers. */
export async function surroundings(): Promise<Surroundings> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    serverCommand: settings.get<string[]>('serverCommand', []),
    interpreter: settings.get<string>('interpreter', ''),
    chosenInterpreter: await chosenInterpreter(),
    workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    platform: process.platform,
  };
}

/** The interpreter that the Python extension uses, where that extension is there. */
async function chosenInterpreter(): Promise<string | undefined> {
  const python = vscode.extensions.getExtension('ms-python.python');
  if (!python) return undefined;
  const api = await python.activate();
  return api?.environments?.getActiveEnvironmentPath?.()?.path;
}

async function compare(findings: vscode.DiagnosticCollection): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) {
    void vscode.window.showWarningMessage('Open the folder of your implementation first.');
    return;
  }
  const settings = vscode.workspace.getConfiguration(SECTION, folder.uri);
  const official =
    settings.get<string>('officialCode', '') ||
    (await vscode.window.showInputBox({
      title: 'Compare to official code',
      prompt: 'github:owner/name[@ref][//sub/path], a git URL, pypi:name[==version] or a folder',
      placeHolder: 'github:owner/name',
      ignoreFocusOut: true,
    }));
  if (!official) return;
  const paper = settings.get<string>('paper', '');
  const args = { mine: folder.uri.fsPath, official, ...(paper ? { paper } : {}) };
  const start = serverStart(await surroundings());
  try {
    const comparison = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Comparing with ${official}`, cancellable: true },
      (progress, cancelled) => {
        const abort = new AbortController();
        cancelled.onCancellationRequested(() => abort.abort());
        return callTool<Comparison>(start, 'compare_to_official_code', args, {
          cwd: folder.uri.fsPath,
          signal: abort.signal,
          onProgress: (message) => progress.report({ message }),
        });
      },
    );
    show(findings, folder.uri, toSquiggles(comparison.findings));
    void vscode.window.showInformationMessage(summary(comparison));
  } catch (error) {
    if (error instanceof ToolFailed) void vscode.window.showErrorMessage(error.message);
    else throw error;
  }
}

/** Put the findings where the user works: one diagnostic each, old ones gone. */
export function show(findings: vscode.DiagnosticCollection, folder: vscode.Uri, squiggles: readonly Squiggle[]): void {
  findings.clear();
  const byFile = new Map<string, vscode.Diagnostic[]>();
  for (const squiggle of squiggles) {
    const range = new vscode.Range(squiggle.firstLine, 0, squiggle.lastLine, Number.MAX_SAFE_INTEGER);
    const diagnostic = new vscode.Diagnostic(range, squiggle.message, SEVERITY[squiggle.severity]);
    diagnostic.source = 'paper-implementer';
    diagnostic.code = squiggle.code;
    byFile.set(squiggle.file, [...(byFile.get(squiggle.file) ?? []), diagnostic]);
  }
  for (const [file, diagnostics] of byFile) {
    findings.set(vscode.Uri.file(path.join(folder.fsPath, file)), diagnostics);
  }
}
