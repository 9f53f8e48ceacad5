/*
 * A process tree that can be ended whole (E-07): a job that dies with its last handle, which this process holds. Who
 * ends this process, in whatever way, ends the tree. A process cannot leave the job.
 */
#include "helper.h"
#include <stdlib.h>

HANDLE make_killing_job(void) {
    HANDLE job = CreateJobObjectW(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (job == NULL) return NULL;
    if (SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) return job;
    CloseHandle(job);
    return NULL;
}

static int not_started(const wchar_t *what) {
    report_to = GetStdHandle(STD_ERROR_HANDLE);
    report_failure(what, GetLastError());
    return EXIT_NOT_STARTED;
}

/*
 * Exits with the command's own code. When the command ends, what it has left running ends as well: it is in the job,
 * and a job cannot be given up. A script that is to leave a program behind starts a service or a scheduled task.
 */
int run_in_job(const wchar_t *command_line) {
    HANDLE job = make_killing_job();
    if (job == NULL) return not_started(L"no job could be made for the command");
    STARTUPINFOW startup = {
        .cb = sizeof startup,
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = GetStdHandle(STD_INPUT_HANDLE),
        .hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE),
        .hStdError = GetStdHandle(STD_ERROR_HANDLE),
    };
    PROCESS_INFORMATION started;
    wchar_t *writable = must_format(L"%ls", command_line);
    if (!CreateProcessW(NULL, writable, NULL, NULL, TRUE, CREATE_SUSPENDED | CREATE_NO_WINDOW, NULL, NULL, &startup,
                        &started)) {
        return not_started(L"the command could not be started");
    }
    if (!AssignProcessToJobObject(job, started.hProcess)) {
        DWORD error = GetLastError();
        TerminateProcess(started.hProcess, EXIT_FAILED);
        SetLastError(error);
        return not_started(L"the command could not be put into its job");
    }
    ResumeThread(started.hThread);
    DWORD exit_code = EXIT_FAILED;
    WaitForSingleObject(started.hProcess, INFINITE);
    GetExitCodeProcess(started.hProcess, &exit_code);
    return (int)exit_code;
}
