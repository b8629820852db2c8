import * as fs from 'node:fs';
import * as path from 'node:path';

/** What the user has set, and what the workspace offers. */
export interface Surroundings {
  serverCommand: readonly string[];
  interpreter: string;
  /** The interpreter chosen in the Python extension, if that is there. */
  chosenInterpreter: string | undefined;
  workspace: string | undefined;
  platform: NodeJS.Platform;
}

export interface ServerStart {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** The interpreter of the user's project: set, chosen, in the workspace's virtual environment, or on the path. */
export function findInterpreter(around: Surroundings, exists: (file: string) => boolean = fs.existsSync): string {
  if (around.interpreter) return around.interpreter;
  if (around.chosenInterpreter) return around.chosenInterpreter;
  const windows = around.platform === 'win32';
  const inside = windows ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  if (around.workspace) {
    for (const folder of ['.venv', 'venv', 'env']) {
      const candidate = path.join(around.workspace, folder, ...inside);
      if (exists(candidate)) return candidate;
    }
  }
  return windows ? 'python' : 'python3';
}

/** How the server is started: the user's command, or the package in the project's interpreter, which runs code as well. */
export function serverStart(around: Surroundings, exists?: (file: string) => boolean): ServerStart {
  const interpreter = findInterpreter(around, exists);
  const env = { PAPER_IMPLEMENTER_PYTHON: interpreter };
  const [command, ...args] = around.serverCommand;
  if (command) return { command, args, env };
  // -P: a folder `server/` or `tools/` in the workspace must not be imported instead of ours.
  return { command: interpreter, args: ['-P', '-m', 'paper_implementer.server', 'serve'], env };
}
