#include "helper.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char usage[] =
    "patchbay-helper: used by the Patchbay agent, of no use by itself\n"
    "  show [--session N]                          shows the view on standard input until that ends\n"
    "  sessions                                    lists who is logged in\n"
    "  desktop-state                               tells about this user's desktop\n"
    "  version                                     tells the version of Windows\n"
    "  register | unregister [--name TEXT]         the application in the Start menu, for toasts\n"
    "  run-job -- COMMAND                          runs a command whose whole tree ends with this process\n"
    "  reboot --in SECONDS [--message TEXT]        schedules a restart of Windows\n"
    "  abort-reboot                                takes it back\n"
    "  install-service | service --name NAME --log FILE -- COMMAND\n"
    "  uninstall-service --name NAME\n";

static int argument_count;
static wchar_t **argument_values;

static const wchar_t *option(const wchar_t *name, const wchar_t *otherwise) {
    for (int i = 1; i + 1 < argument_count && wcscmp(argument_values[i], L"--") != 0; i++) {
        if (wcscmp(argument_values[i], name) == 0) return argument_values[i + 1];
    }
    return otherwise;
}

/* The command after "--" just as it was written, quotes and all; NULL: there is none. */
static const wchar_t *command_after_dashes(void) {
    const wchar_t *line = GetCommandLineW();
    /* The path of this program may contain anything. */
    const wchar_t *rest = *line == L'"' ? wcschr(line + 1, L'"') : line;
    const wchar_t *dashes = rest == NULL ? NULL : wcsstr(rest, L" -- ");
    return dashes == NULL || dashes[4] == L'\0' ? NULL : dashes + 4;
}

static int show_here(void) {
    View view = {0};
    const wchar_t *problem = read_view(&view);
    if (problem != NULL) return report_failure(problem, 0);
    if (!is_on_visible_desktop()) return report_failure(L"this process has no desktop that anybody sees", 0);
    HANDLE withdrawn = watch_for_withdrawal();
    const wchar_t *no_toast = NULL;
    int exit_code = EXIT_FAILED;
    if (view.as_toast && show_toast(&view, withdrawn, &exit_code, &no_toast) == TOAST_ENDED) return exit_code;
    return show_popup(&view, withdrawn, no_toast);
}

static int show(void) {
    const wchar_t *session = option(L"--session", NULL);
    DWORD own = 0;
    DWORD wanted = session == NULL ? 0 : (DWORD)wcstoul(session, NULL, 10);
    ProcessIdToSessionId(GetCurrentProcessId(), &own);
    bool is_here = session == NULL || (wanted == own && is_on_visible_desktop());
    return is_here ? show_here() : show_in_session(wanted);
}

/* GetVersionEx tells what the manifest claims to know; this tells the truth. */
typedef LONG WINAPI GetVersionFunction(OSVERSIONINFOEXW *version);

/* The number of this boot, of the page that Windows shares with every process (KUSER_SHARED_DATA.BootId). */
static uint32_t boot_number(void) {
    const volatile uint32_t *number = (const volatile uint32_t *)(uintptr_t)(0x7FFE0000 + 0x2C4);
    return *number;
}

static int report_version(void) {
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    GetVersionFunction *get = (GetVersionFunction *)(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    if (get == NULL || get(&version) != 0) return report_failure(L"Windows did not tell its version", 0);
    Line line = {0};
    line_add(&line, "{\"event\":\"version\",\"major\":");
    line_add_number(&line, version.dwMajorVersion);
    line_add(&line, ",\"minor\":");
    line_add_number(&line, version.dwMinorVersion);
    line_add(&line, ",\"build\":");
    line_add_number(&line, version.dwBuildNumber);
    line_add(&line, ",\"bootNumber\":");
    line_add_number(&line, boot_number());
    line_add(&line, version.wProductType == VER_NT_WORKSTATION ? ",\"isServer\":false}" : ",\"isServer\":true}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

static int print_usage(void) {
    DWORD written;
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), usage, sizeof usage - 1, &written, NULL);
    return EXIT_USAGE;
}

static int run(const wchar_t *what) {
    const wchar_t *name = option(L"--name", L"Patchbay");
    const wchar_t *log = option(L"--log", NULL);
    const wchar_t *seconds = option(L"--in", NULL);
    const wchar_t *command = command_after_dashes();
#define IS(word) (wcscmp(what, L##word) == 0)
    if (IS("show")) return show();
    if (IS("sessions")) return list_sessions();
    if (IS("desktop-state")) return report_desktop_state();
    if (IS("version")) return report_version();
    if (IS("register")) return register_application(name);
    if (IS("unregister")) return unregister_application(name);
    if (IS("run-job") && command != NULL) return run_in_job(command);
    if (IS("reboot") && seconds != NULL) {
        return schedule_reboot((DWORD)wcstoul(seconds, NULL, 10), option(L"--message", L""));
    }
    if (IS("abort-reboot")) return abort_reboot();
    if (IS("service") && log != NULL && command != NULL) return run_service(name, log, command);
    if (IS("install-service") && log != NULL && command != NULL) return install_service(name, log, command);
    if (IS("uninstall-service")) return uninstall_service(name);
    /* Windows starts it so for a toast whose process has ended: its answer is stale. */
    if (IS("toast-activated")) return EXIT_DONE;
#undef IS
    return print_usage();
}

int wmain(int count, wchar_t **values) {
    /* Nothing is loaded from the current folder, which may be anybody's. */
    SetDllDirectoryW(L"");
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    report_to = GetStdHandle(STD_OUTPUT_HANDLE);
    read_from = GetStdHandle(STD_INPUT_HANDLE);
    argument_count = count;
    argument_values = values;
    /* Written by the service before the command: the pipes to speak by. */
    if (count > 3 && wcscmp(values[1], L"--pipe") == 0) {
        return connect_to_parent(values[2]) ? run(values[3]) : EXIT_FAILED;
    }
    return count > 1 ? run(values[1]) : print_usage();
}
