/*
 * patchbay-helper.exe: what the agent needs of Windows and Node cannot do. The agent starts it for one purpose at a
 * time; each purpose is a command of main.c. It reports as JSON, one object a line, all text in UTF-8.
 */
#ifndef PATCHBAY_HELPER_H
#define PATCHBAY_HELPER_H

#define _WIN32_WINNT 0x0A00
#define WINVER 0x0A00
#define COBJMACROS
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

/* Exit codes of our own; a command run by `run-job` may exit with anything, but hardly with these. */
enum {
    EXIT_DONE = 0,
    EXIT_USAGE = 2,
    EXIT_FAILED = 3,
    EXIT_NOT_STARTED = (int)0xE0504201,
};

/* ---- report.c: lines of JSON ---- */

typedef struct {
    char *text;
    size_t used;
    size_t size;
} Line;

/* Where reports go and the view comes from: standard handles, or the pipes of the service. */
extern HANDLE report_to;
extern HANDLE read_from;

void line_add(Line *line, const char *ascii);
void line_add_number(Line *line, int64_t number);
void line_add_string(Line *line, const wchar_t *text);
bool line_send(Line *line);

/* Reports {"event":"failed","reason":…} and answers EXIT_FAILED. */
int report_failure(const wchar_t *what, DWORD error);

/* ---- memory and text: report.c ---- */

/* Never answers NULL: a helper without memory ends, and its caller sees that it did. */
void *must_allocate(size_t size);
wchar_t *must_format(const wchar_t *format, ...);
wchar_t *from_utf8(const char *bytes, size_t length);

/* Epoch milliseconds by the system's clock. */
int64_t now_ms(void);

/* ---- view.c: the one notification to show ---- */

enum { MOST_BUTTONS = 12 };

typedef struct {
    wchar_t *id;
    wchar_t *title;
    wchar_t *body;
    wchar_t *company;
    BYTE *logo; /* a PNG image, NULL: none */
    DWORD logo_size;
    wchar_t *buttons[MOST_BUTTONS];
    int button_count;
    int default_button;
    bool as_toast;
    bool is_warning;
    int64_t reboot_at; /* 0: not decided */
    int64_t expires_at;
} View;

/* NULL when the view was read, else what is wrong with it. */
const wchar_t *read_view(View *view);

/* Set when nobody wants the view on the screen any more. */
HANDLE watch_for_withdrawal(void);

/* Reports, each at most once. `instead_of_toast`: why it is no toast, NULL: none was wanted. */
void report_shown(const char *as, const wchar_t *instead_of_toast);
int report_answer(int button);
int report_closed(const char *why);

/* ---- popup.c, toast.c: ways to show it ---- */

int show_popup(const View *view, HANDLE withdrawn, const wchar_t *instead_of_toast);

typedef enum { TOAST_ENDED, TOAST_WANTS_POPUP } ToastEnd;

/*
 * Shows a toast and waits for its end. TOAST_WANTS_POPUP: it could not be shown, for `*reason`, or the user has opened
 * it to see the whole text, with `*reason` NULL.
 */
ToastEnd show_toast(const View *view, HANDLE withdrawn, int *exit_code, const wchar_t **reason);

/* ---- toast-activator.c: how Windows tells which button of a toast was pressed ---- */

extern const wchar_t application_id[];
extern const CLSID toast_activator_clsid;

/* `activated` is set at every activation. */
HRESULT offer_toast_activator(HANDLE activated, DWORD *cookie);
/* The arguments of the last activation, to be freed; NULL: none since the last call. */
wchar_t *take_toast_activation(void);

/* ---- registration.c: the application in the Start menu (R-11) ---- */

int register_application(const wchar_t *name);
int unregister_application(const wchar_t *name);

/* ---- session.c, crossing.c ---- */

int list_sessions(void);
/* Whether windows of this process can be seen by anybody. */
bool is_on_visible_desktop(void);
int report_desktop_state(void);

typedef struct {
    HANDLE process;
    HANDLE to;
    HANDLE from;
} SessionChild;

/* Starts this program with `arguments` on the desktop of a session; NULL when done, else what went wrong. */
const wchar_t *start_in_session(DWORD session, const wchar_t *arguments, SessionChild *child, DWORD *error);
/* Reads from a pipe of a session child; 0: it has ended, or `wait_ms` have passed. */
DWORD read_from_child(SessionChild *child, char *bytes, DWORD size, DWORD wait_ms);
void end_session_child(SessionChild *child, DWORD wait_ms);
/* `show` for another session: carries the view there and the reports back. */
int show_in_session(DWORD session);
/* In the child: makes the pipes of the parent the place of reports and view. */
bool connect_to_parent(const wchar_t *pipe);

/* ---- job.c, service.c, reboot.c ---- */

HANDLE make_killing_job(void);
int run_in_job(const wchar_t *command_line);

int run_service(const wchar_t *name, const wchar_t *log, const wchar_t *command_line);
int install_service(const wchar_t *name, const wchar_t *log, const wchar_t *command_line);
int uninstall_service(const wchar_t *name);

int schedule_reboot(DWORD seconds, const wchar_t *message);
int abort_reboot(void);

#endif
