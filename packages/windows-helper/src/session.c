/* Who is logged in, and how it looks on their desktop. */
#include "helper.h"
#include <shellapi.h>
#include <shobjidl.h>
#include <wtsapi32.h>
#include <stdlib.h>
#include <wchar.h>

/* How long the desktop of a user may take to tell about itself. */
enum { DESKTOP_MS = 3000 };

bool is_on_visible_desktop(void) {
    USEROBJECTFLAGS flags = {0};
    HWINSTA station = GetProcessWindowStation();
    return station != NULL && GetUserObjectInformationW(station, UOI_FLAGS, &flags, sizeof flags, NULL) &&
           (flags.dwFlags & WSF_VISIBLE) != 0;
}

/* Waits for the end of its input first: whoever asks is listening by then. */
int report_desktop_state(void) {
    char unread[16];
    DWORD ignored = 0;
    while (ReadFile(read_from, unread, sizeof unread, &ignored, NULL) && ignored > 0) continue;
    QUERY_USER_NOTIFICATION_STATE state = QUNS_ACCEPTS_NOTIFICATIONS;
    HRESULT result = SHQueryUserNotificationState(&state);
    bool busy = SUCCEEDED(result) && state != QUNS_ACCEPTS_NOTIFICATIONS && state != QUNS_NOT_PRESENT;
    wchar_t languages[256] = L"";
    ULONG count = 0;
    ULONG size = 256;
    if (!GetUserPreferredUILanguages(MUI_LANGUAGE_NAME, &count, languages, &size) || count == 0) {
        GetUserDefaultLocaleName(languages, 256);
    }
    Line line = {0};
    line_add(&line, busy ? "{\"busy\":true,\"language\":" : "{\"busy\":false,\"language\":");
    line_add_string(&line, languages);
    line_add(&line, "}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

/* What the desktop of the session tells, as it came from a process of that user; NULL: nothing. */
static wchar_t *ask_desktop(DWORD session) {
    SessionChild child;
    DWORD error = 0;
    char bytes[512];
    if (start_in_session(session, L"desktop-state", &child, &error) != NULL) return NULL;
    CloseHandle(child.to);
    child.to = INVALID_HANDLE_VALUE;
    DWORD count = read_from_child(&child, bytes, sizeof bytes, DESKTOP_MS);
    end_session_child(&child, 0);
    return count == 0 ? NULL : from_utf8(bytes, count);
}

/* The beginning of WTSINFOEXW, which mingw-w64 does not declare. */
typedef struct {
    DWORD level;
    DWORD padding;
    ULONG session;
    DWORD state;
    LONG lock; /* 0: locked, 1: unlocked, -1: unknown */
} ExtendedSession;
enum { EXTENDED_SESSION = 25 };

static bool is_locked(DWORD session) {
    ExtendedSession *info = NULL;
    DWORD size = 0;
    bool locked = false;
    if (WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, (WTS_INFO_CLASS)EXTENDED_SESSION,
                                    (wchar_t **)&info, &size)) {
        locked = size >= sizeof *info && info->level == 1 && info->lock == 0;
        WTSFreeMemory(info);
    }
    return locked;
}

static void report_session(DWORD id, const wchar_t *user, bool active) {
    Line line = {0};
    line_add(&line, "{\"event\":\"session\",\"id\":");
    line_add_number(&line, id);
    line_add(&line, ",\"user\":");
    line_add_string(&line, user);
    line_add(&line, active ? ",\"active\":true" : ",\"active\":false");
    line_add(&line, is_locked(id) ? ",\"locked\":true" : ",\"locked\":false");
    line_add(&line, id == WTSGetActiveConsoleSessionId() ? ",\"console\":true" : ",\"console\":false");
    wchar_t *desktop = active ? ask_desktop(id) : NULL;
    line_add(&line, ",\"desktop\":");
    if (desktop == NULL) line_add(&line, "null");
    else line_add_string(&line, desktop);
    line_add(&line, "}");
    line_send(&line);
    free(desktop);
}

/* Where Windows' list of sessions is empty there is still the one that this process is in. */
static void report_own_session(void) {
    wchar_t user[257] = L"";
    DWORD size = 257;
    DWORD session = 0;
    if (!is_on_visible_desktop() || !ProcessIdToSessionId(GetCurrentProcessId(), &session)) return;
    if (GetUserNameW(user, &size) && user[0] != L'\0') report_session(session, user, true);
}

int list_sessions(void) {
    WTS_SESSION_INFOW *sessions = NULL;
    DWORD count = 0;
    if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &count)) {
        return report_failure(L"Windows did not list its sessions", GetLastError());
    }
    for (DWORD i = 0; i < count; i++) {
        wchar_t *user = NULL;
        DWORD size = 0;
        DWORD id = sessions[i].SessionId;
        if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, id, WTSUserName, &user, &size)) continue;
        if (user[0] != L'\0') report_session(id, user, sessions[i].State == WTSActive);
        WTSFreeMemory(user);
    }
    WTSFreeMemory(sessions);
    if (count == 0) report_own_session();
    Line line = {0};
    line_add(&line, "{\"event\":\"listed\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}
