/*
 * A service lives in session 0, where no window is ever seen. To show something it starts this program once more as
 * the user, on the user's desktop, and talks to it by two named pipes: handles cannot be inherited across sessions.
 * The pipes admit this process and that user only, and of that user's processes only the one that was started.
 */
#include "helper.h"
#include <ntsecapi.h>
#include <sddl.h>
#include <userenv.h>
#include <wtsapi32.h>
#include <stdlib.h>
#include <string.h>

enum { PIPE_BYTES = 65536, CONNECT_MS = 15000, EXIT_MS = 5000 };

static wchar_t *sid_of(HANDLE token) {
    DWORD size = 0;
    wchar_t *text = NULL;
    GetTokenInformation(token, TokenUser, NULL, 0, &size);
    TOKEN_USER *user = must_allocate(size);
    if (!GetTokenInformation(token, TokenUser, user, size, &size) || !ConvertSidToStringSidW(user->User.Sid, &text)) {
        text = NULL;
    }
    free(user);
    return text;
}

/* `may`: what the user may do with the pipe: generic read, or generic write with the reading of attributes. */
static HANDLE make_pipe(const wchar_t *name, DWORD direction, const wchar_t *may, const wchar_t *user_sid) {
    HANDLE own_token = NULL;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own_token)) return INVALID_HANDLE_VALUE;
    wchar_t *own_sid = sid_of(own_token);
    CloseHandle(own_token);
    wchar_t *rights = must_format(L"D:P(A;;GA;;;%ls)(A;;%ls;;;%ls)", own_sid, may, user_sid);
    LocalFree(own_sid);
    SECURITY_ATTRIBUTES security = {.nLength = sizeof security};
    HANDLE pipe = INVALID_HANDLE_VALUE;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, SDDL_REVISION_1, &security.lpSecurityDescriptor,
                                                             NULL)) {
        pipe = CreateNamedPipeW(name, direction | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, PIPE_BYTES, PIPE_BYTES, 0, &security);
        LocalFree(security.lpSecurityDescriptor);
    }
    free(rights);
    return pipe;
}

/* Waits for an operation that was begun on a pipe; gives it up when the child has ended or the time is up. */
static bool finish(HANDLE pipe, OVERLAPPED *operation, HANDLE process, DWORD wait_ms, DWORD *count) {
    HANDLE either[] = {operation->hEvent, process};
    if (WaitForMultipleObjects(2, either, FALSE, wait_ms) != WAIT_OBJECT_0) {
        /* What the child wrote before its end is still read. */
        if (WaitForSingleObject(operation->hEvent, 200) != WAIT_OBJECT_0) CancelIoEx(pipe, operation);
    }
    return GetOverlappedResult(pipe, operation, count, TRUE);
}

static bool accept_child(HANDLE pipe, HANDLE process) {
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD unused = 0;
    ULONG client = 0;
    bool connected = ConnectNamedPipe(pipe, &operation) || GetLastError() == ERROR_PIPE_CONNECTED;
    if (!connected && GetLastError() == ERROR_IO_PENDING) {
        connected = finish(pipe, &operation, process, CONNECT_MS, &unused);
    }
    CloseHandle(operation.hEvent);
    return connected && GetNamedPipeClientProcessId(pipe, &client) && client == GetProcessId(process);
}

static const wchar_t *launch(HANDLE token, const wchar_t *command, HANDLE *process, DWORD *error) {
    STARTUPINFOW startup = {.cb = sizeof startup, .lpDesktop = (wchar_t *)L"winsta0\\default"};
    PROCESS_INFORMATION started = {0};
    void *environment = NULL;
    wchar_t folder[MAX_PATH] = L"C:\\";
    GetSystemDirectoryW(folder, MAX_PATH);
    if (!CreateEnvironmentBlock(&environment, token, FALSE)) {
        *error = GetLastError();
        return L"the environment of the user could not be read";
    }
    wchar_t *writable = must_format(L"%ls", command);
    BOOL ok = CreateProcessAsUserW(token, NULL, writable, NULL, NULL, FALSE,
                                   CREATE_UNICODE_ENVIRONMENT | CREATE_NO_WINDOW, environment, folder, &startup, &started);
    *error = ok ? 0 : GetLastError();
    free(writable);
    DestroyEnvironmentBlock(environment);
    if (!ok) return L"no program could be started on the user's desktop";
    CloseHandle(started.hThread);
    *process = started.hProcess;
    return NULL;
}

static const wchar_t *start_with_token(HANDLE token, const wchar_t *arguments, SessionChild *child, DWORD *error) {
    unsigned char random[16];
    wchar_t path[MAX_PATH];
    *error = 0;
    if (!RtlGenRandom(random, sizeof random)) return L"Windows gave no random numbers";
    if (GetModuleFileNameW(NULL, path, MAX_PATH) >= MAX_PATH) return L"the path of this program is too long";
    uint64_t halves[2];
    memcpy(halves, random, sizeof halves);
    wchar_t *name = must_format(L"\\\\.\\pipe\\patchbay-%016llx%016llx", halves[0], halves[1]);
    wchar_t *to = must_format(L"%ls-to", name);
    wchar_t *from = must_format(L"%ls-from", name);
    wchar_t *sid = sid_of(token);
    child->to = make_pipe(to, PIPE_ACCESS_OUTBOUND, L"0x120089", sid);
    child->from = make_pipe(from, PIPE_ACCESS_INBOUND, L"0x120196", sid);
    *error = GetLastError();
    LocalFree(sid);
    if (child->to == INVALID_HANDLE_VALUE || child->from == INVALID_HANDLE_VALUE) return L"no pipe could be made";
    wchar_t *command = must_format(L"\"%ls\" --pipe %ls %ls", path, name, arguments);
    const wchar_t *problem = launch(token, command, &child->process, error);
    if (problem != NULL) return problem;
    if (accept_child(child->to, child->process) && accept_child(child->from, child->process)) return NULL;
    *error = 0;
    end_session_child(child, 0);
    return L"the program on the user's desktop did not answer";
}

const wchar_t *start_in_session(DWORD session, const wchar_t *arguments, SessionChild *child, DWORD *error) {
    HANDLE token = NULL;
    *child = (SessionChild){.to = INVALID_HANDLE_VALUE, .from = INVALID_HANDLE_VALUE};
    if (!WTSQueryUserToken(session, &token)) {
        *error = GetLastError();
        return L"nobody is logged in to the session, or this is not the system's own account";
    }
    const wchar_t *problem = start_with_token(token, arguments, child, error);
    CloseHandle(token);
    return problem;
}

DWORD read_from_child(SessionChild *child, char *bytes, DWORD size, DWORD wait_ms) {
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD count = 0;
    BOOL begun = ReadFile(child->from, bytes, size, NULL, &operation) || GetLastError() == ERROR_IO_PENDING;
    if (!begun || !finish(child->from, &operation, child->process, wait_ms, &count)) count = 0;
    CloseHandle(operation.hEvent);
    return count;
}

static bool write_to_child(SessionChild *child, const char *bytes, DWORD size) {
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD count = 0;
    BOOL begun = WriteFile(child->to, bytes, size, NULL, &operation) || GetLastError() == ERROR_IO_PENDING;
    bool done = begun && finish(child->to, &operation, child->process, INFINITE, &count) && count == size;
    CloseHandle(operation.hEvent);
    return done;
}

void end_session_child(SessionChild *child, DWORD wait_ms) {
    if (child->to != INVALID_HANDLE_VALUE) CloseHandle(child->to);
    if (child->from != INVALID_HANDLE_VALUE) CloseHandle(child->from);
    if (WaitForSingleObject(child->process, wait_ms) != WAIT_OBJECT_0) TerminateProcess(child->process, EXIT_FAILED);
    CloseHandle(child->process);
}

static DWORD WINAPI carry_view(void *data) {
    SessionChild *child = data;
    char bytes[4096];
    DWORD count = 0;
    while (ReadFile(read_from, bytes, sizeof bytes, &count, NULL) && count > 0) {
        if (!write_to_child(child, bytes, count)) return 0;
    }
    /* The child sees the end of its view's stream: it is withdrawn. Nothing is read from a pipe that is closed. */
    CloseHandle(child->to);
    child->to = INVALID_HANDLE_VALUE;
    return 0;
}

int show_in_session(DWORD session) {
    SessionChild child;
    DWORD error = 0;
    const wchar_t *problem = start_in_session(session, L"show", &child, &error);
    if (problem != NULL) return report_failure(problem, error);
    HANDLE carrier = CreateThread(NULL, 0, carry_view, &child, 0, NULL);
    if (carrier == NULL) return report_failure(L"the view could not be carried to the user", GetLastError());
    char bytes[4096];
    DWORD count = 0;
    DWORD written = 0;
    while ((count = read_from_child(&child, bytes, sizeof bytes, INFINITE)) > 0) {
        if (!WriteFile(report_to, bytes, count, &written, NULL)) break;
    }
    /* Its end without an answer among the lines tells the agent that it crashed. */
    DWORD exit_code = EXIT_FAILED;
    if (WaitForSingleObject(child.process, EXIT_MS) == WAIT_OBJECT_0) GetExitCodeProcess(child.process, &exit_code);
    else TerminateProcess(child.process, EXIT_FAILED);
    return (int)exit_code;
}

bool connect_to_parent(const wchar_t *pipe) {
    wchar_t *to = must_format(L"%ls-to", pipe);
    wchar_t *from = must_format(L"%ls-from", pipe);
    read_from = CreateFileW(to, GENERIC_READ, 0, NULL, OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                            NULL);
    report_to = CreateFileW(from, GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                            SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    free(to);
    free(from);
    return read_from != INVALID_HANDLE_VALUE && report_to != INVALID_HANDLE_VALUE;
}
