/** The parts of the server's answer that are shown; see the tool `compare_to_official_code`. */
export interface Place {
  file: string;
  line: number;
  end_line?: number | null;
  symbol?: string | null;
}

export interface Finding {
  id: string;
  category: string;
  severity: 'high' | 'medium' | 'low';
  confidence: number;
  summary: string;
  mine: Place;
  official: Place;
  mine_does: string;
  official_does: string;
  suggestion?: string | null;
}

export interface Comparison {
  findings: Finding[];
  missing_features: unknown[];
  aligned: unknown[];
}

/** A finding as a diagnostic, before it meets the editor's classes. Lines count from 0. */
export interface Squiggle {
  file: string;
  firstLine: number;
  lastLine: number;
  severity: 'error' | 'warning' | 'information';
  code: string;
  message: string;
}

const SEVERITY = { high: 'error', medium: 'warning', low: 'information' } as const;

/** One diagnostic for one finding, at the line of the user's own code. */
export function toSquiggles(findings: readonly Finding[]): Squiggle[] {
  return findings.map((finding) => {
    const firstLine = Math.max(0, finding.mine.line - 1);
    const official = `${finding.official.file}:${finding.official.line}`;
    const suggestion = finding.suggestion ? `\n${finding.suggestion}` : '';
    return {
      file: finding.mine.file,
      firstLine,
      lastLine: Math.max(firstLine, (finding.mine.end_line ?? finding.mine.line) - 1),
      severity: SEVERITY[finding.severity],
      code: finding.category,
      message: `${finding.summary}\nMine: ${finding.mine_does}\nOfficial (${official}): ${finding.official_does}${suggestion}`,
    };
  });
}

/** What the user is told when a comparison has ended. */
export function summary(comparison: Comparison): string {
  if (comparison.aligned.length === 0) {
    return 'Nothing of your code could be aligned with the official code, so nothing can be said about differences.';
  }
  const count = comparison.findings.length;
  const high = comparison.findings.filter((f) => f.severity === 'high').length;
  if (count === 0) return `No difference found in ${comparison.aligned.length} aligned parts.`;
  return `${count} difference${count === 1 ? '' : 's'} from the official code, ${high} of high severity.`;
}
