/*
 * The agent as a service of Windows: this process speaks with the service control manager, the agent runs in a job
 * below it and is asked to stop by the end of its standard input. If it ends by itself with an error, so does the
 * service, and the manager starts it again by the rules set at the installation.
 */
#include "helper.h"
#include <stdlib.h>
#include <wchar.h>

enum {
    STOP_MS = 20000, /* for the agent to stop by itself */
    LARGEST_LOG = 10 * 1024 * 1024,
    RESTART_MS = 5000,
    FORGIVEN_AFTER_SECONDS = 24 * 60 * 60,
};

static SERVICE_STATUS_HANDLE status_handle;
static HANDLE stop_requested;
static const wchar_t *service_name;
static const wchar_t *log_path;
static const wchar_t *agent_command;

static void tell_manager(DWORD state, DWORD error, DWORD exit_code) {
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
        .dwWin32ExitCode = error,
        .dwServiceSpecificExitCode = exit_code,
        .dwWaitHint = state == SERVICE_STOP_PENDING ? STOP_MS + 5000 : 0,
    };
    SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context) {
    (void)type;
    (void)data;
    (void)context;
    switch (control) {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_SHUTDOWN:
            tell_manager(SERVICE_STOP_PENDING, NO_ERROR, 0);
            SetEvent(stop_requested);
            return NO_ERROR;
        case SERVICE_CONTROL_INTERROGATE:
            return NO_ERROR;
        default:
            return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

/* Appends; one older file is kept. */
static HANDLE open_log(void) {
    WIN32_FILE_ATTRIBUTE_DATA found;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    if (GetFileAttributesExW(log_path, GetFileExInfoStandard, &found) &&
        (found.nFileSizeHigh > 0 || found.nFileSizeLow > LARGEST_LOG)) {
        wchar_t *older = must_format(L"%ls.1", log_path);
        MoveFileExW(log_path, older, MOVEFILE_REPLACE_EXISTING);
        free(older);
    }
    return CreateFileW(log_path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE, &inherited, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL, NULL);
}

/* Starts the agent in the job. `stop_pipe`: closing it asks the agent to stop. */
static HANDLE start_agent(HANDLE job, HANDLE *stop_pipe) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    HANDLE agent_input;
    if (!CreatePipe(&agent_input, stop_pipe, &inherited, 0)) return NULL;
    SetHandleInformation(*stop_pipe, HANDLE_FLAG_INHERIT, 0);
    HANDLE log = open_log();
    if (log == INVALID_HANDLE_VALUE) return NULL;
    STARTUPINFOW startup = {
        .cb = sizeof startup,
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = agent_input,
        .hStdOutput = log,
        .hStdError = log,
    };
    PROCESS_INFORMATION started = {0};
    wchar_t *writable = must_format(L"%ls", agent_command);
    BOOL ok = CreateProcessW(NULL, writable, NULL, NULL, TRUE, CREATE_SUSPENDED | CREATE_NO_WINDOW, NULL, NULL, &startup,
                             &started);
    DWORD error = GetLastError();
    CloseHandle(agent_input);
    CloseHandle(log);
    free(writable);
    SetLastError(error);
    if (!ok) return NULL;
    if (!AssignProcessToJobObject(job, started.hProcess)) {
        TerminateProcess(started.hProcess, EXIT_FAILED);
        return NULL;
    }
    ResumeThread(started.hThread);
    CloseHandle(started.hThread);
    return started.hProcess;
}

static void WINAPI service_main(DWORD count, wchar_t **arguments) {
    (void)count;
    (void)arguments;
    HANDLE stop_pipe = NULL;
    status_handle = RegisterServiceCtrlHandlerExW(service_name, on_control, NULL);
    if (status_handle == NULL) return;
    tell_manager(SERVICE_START_PENDING, NO_ERROR, 0);
    stop_requested = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE job = make_killing_job();
    HANDLE agent = job == NULL ? NULL : start_agent(job, &stop_pipe);
    if (agent == NULL) {
        tell_manager(SERVICE_STOPPED, GetLastError(), 0);
        return;
    }
    tell_manager(SERVICE_RUNNING, NO_ERROR, 0);
    HANDLE either[] = {stop_requested, agent};
    if (WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0) {
        CloseHandle(stop_pipe);
        WaitForSingleObject(agent, STOP_MS);
        TerminateJobObject(job, EXIT_FAILED);
        tell_manager(SERVICE_STOPPED, NO_ERROR, 0);
        return;
    }
    DWORD exit_code = EXIT_FAILED;
    GetExitCodeProcess(agent, &exit_code);
    tell_manager(SERVICE_STOPPED, exit_code == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR, exit_code);
}

int run_service(const wchar_t *name, const wchar_t *log, const wchar_t *command_line) {
    service_name = name;
    log_path = log;
    agent_command = command_line;
    SERVICE_TABLE_ENTRYW services[] = {{(wchar_t *)name, service_main}, {NULL, NULL}};
    if (StartServiceCtrlDispatcherW(services)) return EXIT_DONE;
    return report_failure(L"only the service control manager can start the service", GetLastError());
}

static void set_up_service(SC_HANDLE service) {
    SERVICE_DESCRIPTIONW description = {(wchar_t *)L"Runs what its Patchbay server asks for before and after patching."};
    SERVICE_DELAYED_AUTO_START_INFO delayed = {.fDelayedAutostart = TRUE};
    SC_ACTION again[] = {{SC_ACTION_RESTART, RESTART_MS}, {SC_ACTION_RESTART, RESTART_MS * 6}};
    SERVICE_FAILURE_ACTIONSW on_failure = {
        .dwResetPeriod = FORGIVEN_AFTER_SECONDS, .cActions = 2, .lpsaActions = again};
    SERVICE_FAILURE_ACTIONS_FLAG also_on_error = {.fFailureActionsOnNonCrashFailures = TRUE};
    ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
    ChangeServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
    ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &on_failure);
    ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_on_error);
}

int install_service(const wchar_t *name, const wchar_t *log, const wchar_t *command_line) {
    wchar_t *self = must_allocate(32768 * sizeof *self);
    GetModuleFileNameW(NULL, self, 32767);
    wchar_t *command =
        must_format(L"\"%ls\" service --name \"%ls\" --log \"%ls\" -- %ls", self, name, log, command_line);
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL) return report_failure(L"services cannot be installed", GetLastError());
    SC_HANDLE service = CreateServiceW(manager, name, L"Patchbay agent", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                                       SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL);
    if (service == NULL) return report_failure(L"the service could not be installed", GetLastError());
    set_up_service(service);
    if (!StartServiceW(service, 0, NULL)) return report_failure(L"the service did not start", GetLastError());
    Line line = {0};
    line_add(&line, "{\"event\":\"installed\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

int uninstall_service(const wchar_t *name) {
    SERVICE_STATUS status;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager == NULL ? NULL : OpenServiceW(manager, name, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
    if (service == NULL && GetLastError() != ERROR_SERVICE_DOES_NOT_EXIST) {
        return report_failure(L"the service cannot be removed", GetLastError());
    }
    if (service != NULL) {
        if (ControlService(service, SERVICE_CONTROL_STOP, &status)) {
            for (int i = 0; i < (STOP_MS + 5000) / 100 && status.dwCurrentState != SERVICE_STOPPED; i++) {
                Sleep(100);
                if (!QueryServiceStatus(service, &status)) break;
            }
        }
        if (!DeleteService(service)) return report_failure(L"the service could not be removed", GetLastError());
    }
    Line line = {0};
    line_add(&line, "{\"event\":\"uninstalled\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}
