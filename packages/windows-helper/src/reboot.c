/* The reboot is scheduled with Windows itself: it comes even if the agent does not live to see it. */
#include "helper.h"

/* Not declared by mingw-w64. */
#ifndef ERROR_SHUTDOWN_IS_SCHEDULED
#define ERROR_SHUTDOWN_IS_SCHEDULED 1190L
#endif

static bool may_shut_down(void) {
    HANDLE token;
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token)) return false;
    bool done = LookupPrivilegeValueW(NULL, L"SeShutdownPrivilege", &wanted.Privileges[0].Luid) &&
                AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL) && GetLastError() == ERROR_SUCCESS;
    CloseHandle(token);
    return done;
}

static int report_done(const char *event) {
    Line line = {0};
    line_add(&line, "{\"event\":\"");
    line_add(&line, event);
    line_add(&line, "\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

static BOOL initiate(DWORD seconds, const wchar_t *message) {
    /* Open applications are closed by force: the user was told when, and asked. */
    return InitiateSystemShutdownExW(NULL, (wchar_t *)message, seconds, TRUE, TRUE,
                                     SHTDN_REASON_MAJOR_OPERATINGSYSTEM | SHTDN_REASON_MINOR_HOTFIX |
                                         SHTDN_REASON_FLAG_PLANNED);
}

int schedule_reboot(DWORD seconds, const wchar_t *message) {
    if (!may_shut_down()) return report_failure(L"this account may not restart Windows", GetLastError());
    BOOL done = initiate(seconds, message);
    if (!done && (GetLastError() == ERROR_SHUTDOWN_IN_PROGRESS || GetLastError() == ERROR_SHUTDOWN_IS_SCHEDULED)) {
        AbortSystemShutdownW(NULL);
        done = initiate(seconds, message);
    }
    return done ? report_done("scheduled") : report_failure(L"Windows refused the restart", GetLastError());
}

int abort_reboot(void) {
    if (!may_shut_down()) return report_failure(L"this account may not take a restart back", GetLastError());
    BOOL done = AbortSystemShutdownW(NULL) || GetLastError() == ERROR_NO_SHUTDOWN_IN_PROGRESS;
    return done ? report_done("unscheduled") : report_failure(L"Windows did not take the restart back", GetLastError());
}
