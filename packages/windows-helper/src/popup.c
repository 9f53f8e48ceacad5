/* The pop-up view: a task dialog above all windows, with a countdown to the reboot where that is decided. */
#include "helper.h"
#include <commctrl.h>
#include <shellapi.h>
#include <stdlib.h>
#include <wchar.h>

/* Beyond the ids of the system's own buttons, so that Esc and Alt+F4 mean none of ours. */
enum { FIRST_BUTTON_ID = 1000 };
/* Who is typing when the pop-up appears has not answered it. */
enum { DEAF_MS = 700 };

typedef struct {
    const View *view;
    HANDLE withdrawn;
    const wchar_t *instead_of_toast;
    ULONGLONG shown_at; /* of GetTickCount64; 0: not yet */
    int64_t counted;    /* seconds last shown by the countdown */
    const char *closing; /* why we close it ourselves; NULL: we do not */
} Popup;

/* Hours, minutes and seconds: no language is needed for that, and the body names the time itself. */
static void format_countdown(wchar_t *text, size_t size, int64_t seconds) {
    _snwprintf(text, size, L"%lld:%02lld:%02lld", (long long)(seconds / 3600), (long long)(seconds / 60 % 60),
               (long long)(seconds % 60));
    text[size - 1] = L'\0';
}

/* From the system's clock at every call: the countdown is right again after sleep and after a change of the clock. */
static int64_t seconds_left(const View *view) {
    int64_t left = view->reboot_at - now_ms();
    return left > 0 ? (left + 999) / 1000 : 0;
}

static void close_popup(HWND window, Popup *popup, const char *why) {
    popup->closing = why;
    int any = popup->view->button_count > 0 ? FIRST_BUTTON_ID : IDOK;
    SendMessageW(window, TDM_CLICK_BUTTON, (WPARAM)any, 0);
}

static void on_timer(HWND window, Popup *popup) {
    const View *view = popup->view;
    if (popup->shown_at == 0 && IsWindowVisible(window)) {
        /* The first timer comes after the window has been painted. */
        popup->shown_at = GetTickCount64();
        report_shown("popup", popup->instead_of_toast);
    }
    if (WaitForSingleObject(popup->withdrawn, 0) == WAIT_OBJECT_0) {
        close_popup(window, popup, "withdrawn");
    } else if (now_ms() >= view->expires_at) {
        close_popup(window, popup, "expired");
    } else if (view->reboot_at > 0 && seconds_left(view) != popup->counted) {
        wchar_t text[64];
        popup->counted = seconds_left(view);
        format_countdown(text, 64, popup->counted);
        SendMessageW(window, TDM_UPDATE_ELEMENT_TEXT, TDE_FOOTER, (LPARAM)text);
    }
}

static HRESULT CALLBACK on_event(HWND window, UINT event, WPARAM parameter, LPARAM unused, LONG_PTR data) {
    Popup *popup = (Popup *)data;
    (void)parameter;
    (void)unused;
    switch (event) {
        case TDN_CREATED: {
            SetWindowPos(window, HWND_TOPMOST, 0, 0, 0, 0, SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
            FLASHWINFO flash = {.cbSize = sizeof flash, .hwnd = window, .dwFlags = FLASHW_TRAY, .uCount = 3};
            FlashWindowEx(&flash);
            return S_OK;
        }
        case TDN_TIMER:
            on_timer(window, popup);
            return S_OK;
        case TDN_BUTTON_CLICKED: {
            bool deaf = popup->shown_at == 0 || GetTickCount64() - popup->shown_at < DEAF_MS;
            /* S_FALSE keeps it open. */
            return popup->closing == NULL && deaf ? S_FALSE : S_OK;
        }
        default:
            return S_OK;
    }
}

/* A single "&" in the text of a button would underline the next letter. */
static wchar_t *button_text(const wchar_t *label) {
    wchar_t *text = must_allocate((wcslen(label) * 2 + 1) * sizeof *text);
    wchar_t *to = text;
    for (const wchar_t *from = label; *from != L'\0'; from++) {
        *to++ = *from;
        if (*from == L'&') *to++ = L'&';
    }
    return text;
}

static void set_icon(TASKDIALOGCONFIG *config, const View *view) {
    config->pszMainIcon = view->is_warning ? TD_WARNING_ICON : TD_INFORMATION_ICON;
    if (view->logo == NULL) return;
    int size = GetSystemMetrics(SM_CXICON);
    HICON icon = CreateIconFromResourceEx(view->logo, view->logo_size, TRUE, 0x00030000, size, size, 0);
    if (icon == NULL) return;
    config->dwFlags |= TDF_USE_HICON_MAIN;
    config->hMainIcon = icon;
}

/* Found at run time: a Windows without it must still run the other commands. */
typedef HRESULT WINAPI ShowFunction(const TASKDIALOGCONFIG *config, int *button, int *radio, BOOL *verification);

int show_popup(const View *view, HANDLE withdrawn, const wchar_t *instead_of_toast) {
    /* The manifest decides which version that is; a search in the system's folder alone would find the old one. */
    HMODULE controls = LoadLibraryW(L"comctl32.dll");
    ShowFunction *show =
        controls == NULL ? NULL : (ShowFunction *)(void *)GetProcAddress(controls, "TaskDialogIndirect");
    if (show == NULL) return report_failure(L"this Windows cannot show dialogs", GetLastError());

    Popup popup = {.view = view, .withdrawn = withdrawn, .instead_of_toast = instead_of_toast, .counted = -1};
    TASKDIALOG_BUTTON buttons[MOST_BUTTONS];
    for (int i = 0; i < view->button_count; i++) {
        buttons[i] = (TASKDIALOG_BUTTON){FIRST_BUTTON_ID + i, button_text(view->buttons[i])};
    }
    wchar_t countdown[64] = L"";
    if (view->reboot_at > 0) format_countdown(countdown, 64, seconds_left(view));
    TASKDIALOGCONFIG config = {
        .cbSize = sizeof config,
        .dwFlags = TDF_CALLBACK_TIMER | (view->button_count > 3 ? TDF_USE_COMMAND_LINKS : 0),
        .pszWindowTitle = view->company,
        .pszMainInstruction = view->title,
        .pszContent = view->body,
        .pszFooterIcon = view->reboot_at > 0 ? TD_WARNING_ICON : NULL,
        .pszFooter = view->reboot_at > 0 ? countdown : NULL,
        .cButtons = (UINT)view->button_count,
        .pButtons = buttons,
        .nDefaultButton = FIRST_BUTTON_ID + view->default_button,
        .pfCallback = on_event,
        .lpCallbackData = (LONG_PTR)&popup,
    };
    set_icon(&config, view);
    int pressed = 0;
    HRESULT result = show(&config, &pressed, NULL, NULL);
    if (FAILED(result)) return report_failure(L"the pop-up could not be shown", (DWORD)result);
    if (popup.closing != NULL) return report_closed(popup.closing);
    int button = pressed - FIRST_BUTTON_ID;
    return button >= 0 && button < view->button_count ? report_answer(button) : report_closed("dismissed");
}
