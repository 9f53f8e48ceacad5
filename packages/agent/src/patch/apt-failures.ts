/** A failure that apt or dpkg reported of one package. */
export interface PackageFailure {
  /** As the tool names it: without architecture, or with one, be it the endpoint's own or a foreign one. */
  readonly name: string;
  readonly architecture: string | null;
  readonly message: string;
}

/** Lines with which dpkg begins the work on a package. */
const workLine =
  /^(?:Setting up|Preparing to unpack|Unpacking|Selecting previously|Removing|Processing triggers for|Errors were encountered|\(Reading database)/;
const processingError = /^dpkg: error processing (?:package|archive) (\S+) \(--[a-z-]+\):$/;
const mostContextLines = 30;

/** Reads apt's machine-readable status (`APT::Status-Fd`) and tells which packages failed, with dpkg's short reason. */
export function parseStatusErrors(status: string): PackageFailure[] {
  return status.split(/\r?\n/).flatMap((line) => {
    const [, subject, message] = /^pmerror:(.+):\d+(?:\.\d+)?:(.*)$/.exec(line) ?? [];
    return subject === undefined ? [] : [failureOf(subject, message ?? '')];
  });
}

/** Reads what dpkg printed and tells which packages failed, with what they and dpkg said about it. */
export function parseDpkgErrors(output: string): PackageFailure[] {
  const lines = output.split('\n').map((line) => line.replace(/^.*\r(?=.)/, '').trimEnd());
  const failures: PackageFailure[] = [];
  let free = 0;
  lines.forEach((line, at) => {
    const subject = processingError.exec(line)?.[1];
    if (subject === undefined) return;
    let start = at;
    const first = Math.max(free, at - mostContextLines);
    while (start > first && !workLine.test(lines[start - 1] ?? '')) start -= 1;
    const told = [...lines.slice(start, at), lines[at + 1] ?? ''];
    failures.push(failureOf(subject, told.filter((each) => each.trim() !== '').join('\n')));
    free = at + 2;
  });
  return failures;
}

/** Reads apt's errors and tells which package files could not be fetched. */
export function parseFetchErrors(errors: string): PackageFailure[] {
  return errors.split(/\r?\n/).flatMap((line) => {
    const [, address, reason] = /^[EW]: Failed to fetch (\S+\.deb)\s+(.*)$/.exec(line) ?? [];
    return address === undefined ? [] : [failureOf(address, `could not fetch ${address}: ${reason}`)];
  });
}

/** Reads the errors of `apt-get update` and tells which repositories could not be refreshed, in apt's words. */
export function parseRefreshProblems(errors: string): string[] {
  const problems = errors
    .split(/\r?\n/)
    .map((line) => /^[EW]: (.*)$/.exec(line)?.[1]?.trim() ?? '')
    .filter((line) =>
      /^Failed to fetch |does not have a Release file|no longer has a Release file|is not signed|repository is not updated|^The following signatures/.test(
        line,
      ),
    );
  return [...new Set(problems)];
}

/** Who holds a lock of apt or dpkg, in words; null when the errors are not about a lock. */
export function parseLockHolder(errors: string): string | null {
  if (
    !/Could not get lock |Unable to lock |Unable to acquire the dpkg frontend lock|was locked by another process|status database is locked/.test(
      errors,
    )
  ) {
    return null;
  }
  const [, pid, program] = /process (?:with pid )?(\d+)(?: \(([^)]*)\))?/.exec(errors) ?? [];
  if (pid === undefined) return 'another process';
  return program === undefined ? `process ${pid}` : `${program} (process ${pid})`;
}

/** `subject` is a package's name or the path or address of a package file. */
function failureOf(subject: string, message: string): PackageFailure {
  if (!subject.endsWith('.deb')) {
    const [name = subject, architecture = null] = subject.split(':');
    return { name, architecture, message };
  }
  // apt hands its files to dpkg under names such as `7-name_1%3a2.0_amd64.deb`.
  const file = subject.slice(subject.lastIndexOf('/') + 1, -'.deb'.length).replace(/^\d+-/, '');
  const [name = file, , architecture = null] = file.split('_');
  return { name, architecture, message };
}
