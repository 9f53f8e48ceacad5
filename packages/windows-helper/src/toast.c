/*
 * The toast of Windows 10 and later, by WinRT. mingw-w64 declares none of it: below are the tables of functions
 * that are called, with the others left out by their number. Buttons answer through toast-activator.c.
 */
#include "helper.h"
#include <initguid.h>
#include <inspectable.h>
#include <shellapi.h>
#include <shobjidl.h>
#include <winstring.h>
#include <stdlib.h>
#include <wchar.h>

/* More do not fit on a toast. */
enum { MOST_TOAST_BUTTONS = 5 };
/* How long after showing a toast Windows may still say that it was not shown. */
enum { FAILURE_MS = 1000, LOOK_EVERY_MS = 200 };

DEFINE_GUID(iid_toast_manager, 0x50AC103F, 0xD235, 0x4598, 0xBB, 0xEF, 0x98, 0xFE, 0x4D, 0x1A, 0x3A, 0xD4);
DEFINE_GUID(iid_toast_factory, 0x04124B20, 0x82C6, 0x4229, 0xB1, 0x09, 0xFD, 0x9E, 0xD4, 0x66, 0x2B, 0x53);
DEFINE_GUID(iid_xml_document, 0xF7F3A506, 0x1E87, 0x42D6, 0xBC, 0xFB, 0xB8, 0xC8, 0x09, 0xFA, 0x54, 0x94);
DEFINE_GUID(iid_xml_document_io, 0x6CD0E74E, 0xEE65, 0x4489, 0x9E, 0xBF, 0xCA, 0x43, 0xE8, 0x7B, 0xA6, 0x37);
/* TypedEventHandler<ToastNotification, ToastDismissedEventArgs> and <…, ToastFailedEventArgs> */
DEFINE_GUID(iid_on_dismissed, 0x61C2402F, 0x0ED0, 0x5A18, 0xAB, 0x69, 0x59, 0xF4, 0xAA, 0x99, 0xA3, 0x68);
DEFINE_GUID(iid_on_failed, 0x95E3E803, 0xC969, 0x5E3A, 0x97, 0x53, 0xEA, 0x2A, 0xD2, 0x2A, 0x9A, 0x33);
DEFINE_GUID(iid_agile, 0x94EA2B94, 0xE9CC, 0x49E0, 0xC0, 0xFF, 0xEE, 0x64, 0xCA, 0x8F, 0x5B, 0x90);

/* The first six functions of every WinRT object. */
#define INSPECTABLE                                                                   \
    HRESULT(WINAPI *QueryInterface)(void *self, REFIID id, void **object);           \
    ULONG(WINAPI *AddRef)(void *self);                                                \
    ULONG(WINAPI *Release)(void *self);                                               \
    void *inspectable[3];

typedef struct { struct { INSPECTABLE } *vtable; } Object;
typedef struct { struct { INSPECTABLE
    HRESULT(WINAPI *LoadXml)(void *self, HSTRING xml); } *vtable; } XmlDocumentIo;
typedef struct { struct { INSPECTABLE
    HRESULT(WINAPI *CreateToastNotification)(void *self, Object *xml, void **toast); } *vtable; } ToastFactory;
typedef struct { struct { INSPECTABLE
    void *content_and_expiration[3];
    HRESULT(WINAPI *AddDismissed)(void *self, void *handler, int64_t *token);
    void *dismissed_and_activated[3];
    HRESULT(WINAPI *AddFailed)(void *self, void *handler, int64_t *token); } *vtable; } Toast;
typedef struct { struct { INSPECTABLE
    HRESULT(WINAPI *Show)(void *self, Toast *toast);
    HRESULT(WINAPI *Hide)(void *self, Toast *toast);
    HRESULT(WINAPI *GetSetting)(void *self, int *setting); } *vtable; } Notifier;
typedef struct { struct { INSPECTABLE
    void *without_id;
    HRESULT(WINAPI *CreateToastNotifierWithId)(void *self, HSTRING id, Notifier **notifier); } *vtable; } ToastManager;
/* ToastDismissedEventArgs.Reason as well as ToastFailedEventArgs.ErrorCode. */
typedef struct { struct { INSPECTABLE
    HRESULT(WINAPI *GetValue)(void *self, int *value); } *vtable; } EventArguments;

/* One handler of one event: remembers the value that the event brings and sets an event of Windows. */
typedef struct EventHandler {
    const struct EventHandlerTable *vtable;
    const IID *id;
    HANDLE happened;
    int value;
} EventHandler;

static HRESULT WINAPI handler_query(EventHandler *self, REFIID id, void **object) {
    bool known = IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, &iid_agile) || IsEqualIID(id, self->id);
    *object = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

/* Handlers are static: they live as long as the process, which shows one toast. */
static ULONG WINAPI handler_reference(EventHandler *self) {
    (void)self;
    return 1;
}

static HRESULT WINAPI handler_invoke(EventHandler *self, Toast *toast, EventArguments *arguments) {
    (void)toast;
    arguments->vtable->GetValue(arguments, &self->value);
    SetEvent(self->happened);
    return S_OK;
}

static const struct EventHandlerTable {
    HRESULT(WINAPI *QueryInterface)(EventHandler *self, REFIID id, void **object);
    ULONG(WINAPI *AddRef)(EventHandler *self);
    ULONG(WINAPI *Release)(EventHandler *self);
    HRESULT(WINAPI *Invoke)(EventHandler *self, Toast *toast, EventArguments *arguments);
} handler_table = {handler_query, handler_reference, handler_reference, handler_invoke};

static EventHandler on_dismissed = {&handler_table, &iid_on_dismissed, NULL, 0};
static EventHandler on_failed = {&handler_table, &iid_on_failed, NULL, 0};

/* The WinRT functions are not in every Windows that this program runs on. */
typedef HRESULT WINAPI Initialize(int type);
typedef HRESULT WINAPI GetFactory(HSTRING class_name, REFIID id, void **factory);
typedef HRESULT WINAPI Activate(HSTRING class_name, void **instance);
typedef HRESULT WINAPI CreateString(const wchar_t *text, UINT32 length, HSTRING *string);

static struct {
    Initialize *Initialize;
    GetFactory *GetFactory;
    Activate *Activate;
    CreateString *CreateString;
} winrt;

static bool load_winrt(void) {
    HMODULE library = LoadLibraryExW(L"combase.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library == NULL) return false;
    winrt.Initialize = (Initialize *)(void *)GetProcAddress(library, "RoInitialize");
    winrt.GetFactory = (GetFactory *)(void *)GetProcAddress(library, "RoGetActivationFactory");
    winrt.Activate = (Activate *)(void *)GetProcAddress(library, "RoActivateInstance");
    winrt.CreateString = (CreateString *)(void *)GetProcAddress(library, "WindowsCreateString");
    return winrt.Initialize != NULL && winrt.GetFactory != NULL && winrt.Activate != NULL && winrt.CreateString != NULL;
}

/* Strings are few and live as long as the process. */
static HSTRING string_of(const wchar_t *text) {
    HSTRING string = NULL;
    winrt.CreateString(text, (UINT32)wcslen(text), &string);
    return string;
}

static wchar_t *escape_xml(const wchar_t *text) {
    wchar_t *escaped = must_allocate((wcslen(text) * 6 + 1) * sizeof *escaped);
    wchar_t *to = escaped;
    for (; *text != L'\0'; text++) {
        const wchar_t *entity = *text == L'&'    ? L"&amp;"
                                : *text == L'<'  ? L"&lt;"
                                : *text == L'>'  ? L"&gt;"
                                : *text == L'"'  ? L"&quot;"
                                : *text == L'\'' ? L"&apos;"
                                                 : NULL;
        if (entity != NULL) {
            wcscpy(to, entity);
            to += wcslen(entity);
        } else if (*text >= L' ' || *text == L'\n' || *text == L'\t') {
            *to++ = *text; /* other control characters are not allowed in XML */
        }
    }
    return escaped;
}

/* What a button brings back: the id tells a toast of an earlier process from this one. */
static wchar_t *button_arguments(const View *view, int button) {
    return must_format(L"%ls;%d", view->id, button);
}

static wchar_t *toast_xml(const View *view) {
    wchar_t *actions = must_format(L"");
    for (int i = 0; i < view->button_count; i++) {
        wchar_t *arguments = escape_xml(button_arguments(view, i));
        actions = must_format(L"%ls<action content=\"%ls\" arguments=\"%ls\" activationType=\"background\"/>", actions,
                              escape_xml(view->buttons[i]), arguments);
    }
    /* A reminder stays on the screen until it is answered; it has to have a button for that. */
    return must_format(L"<toast %ls><visual><binding template=\"ToastGeneric\"><text>%ls</text><text>%ls</text>"
                       L"<text placement=\"attribution\">%ls</text></binding></visual><actions>%ls</actions></toast>",
                       view->button_count > 0 ? L"scenario=\"reminder\"" : L"duration=\"long\"", escape_xml(view->title),
                       escape_xml(view->body), escape_xml(view->company), actions);
}

/* Windows takes a toast and keeps it from the user without a word in each of these states. */
static const wchar_t *why_toasts_are_held_back(Notifier *notifier) {
    static const wchar_t *const settings[] = {
        NULL,
        L"the user has switched off notifications of this application",
        L"the user has switched off notifications",
        L"a group policy has switched off notifications",
        L"the application's manifest has switched off notifications",
    };
    int setting = 0;
    QUERY_USER_NOTIFICATION_STATE state;
    if (SUCCEEDED(notifier->vtable->GetSetting(notifier, &setting)) && setting > 0 && setting < 5) {
        return settings[setting];
    }
    bool is_free = FAILED(SHQueryUserNotificationState(&state)) || state == QUNS_ACCEPTS_NOTIFICATIONS;
    return is_free ? NULL : L"the user is presenting or does not want to be disturbed";
}

static const wchar_t *failed_with(const wchar_t *what, HRESULT result) {
    return must_format(L"%ls (0x%08lx)", what, (unsigned long)result);
}

/* NULL when the toast was handed to Windows, else what went wrong. */
static const wchar_t *raise_toast(const View *view, Notifier **notifier, Toast **toast) {
    ToastManager *manager = NULL;
    ToastFactory *factory = NULL;
    XmlDocumentIo *io = NULL;
    Object *document = NULL;
    Object *xml = NULL;
    if (!load_winrt()) return L"this Windows knows no toasts";
    winrt.Initialize(1 /* multithreaded */);
    HRESULT result = winrt.GetFactory(string_of(L"Windows.UI.Notifications.ToastNotificationManager"),
                                      &iid_toast_manager, (void **)&manager);
    if (FAILED(result)) return failed_with(L"this Windows has no manager of toasts", result);
    result = manager->vtable->CreateToastNotifierWithId(manager, string_of(application_id), notifier);
    if (FAILED(result)) return failed_with(L"the application is not registered for toasts", result);
    const wchar_t *held_back = why_toasts_are_held_back(*notifier);
    if (held_back != NULL) return held_back;

    result = winrt.Activate(string_of(L"Windows.Data.Xml.Dom.XmlDocument"), (void **)&document);
    if (SUCCEEDED(result)) result = document->vtable->QueryInterface(document, &iid_xml_document_io, (void **)&io);
    if (SUCCEEDED(result)) result = io->vtable->LoadXml(io, string_of(toast_xml(view)));
    if (SUCCEEDED(result)) result = document->vtable->QueryInterface(document, &iid_xml_document, (void **)&xml);
    if (SUCCEEDED(result)) {
        result = winrt.GetFactory(string_of(L"Windows.UI.Notifications.ToastNotification"), &iid_toast_factory,
                                  (void **)&factory);
    }
    if (SUCCEEDED(result)) result = factory->vtable->CreateToastNotification(factory, xml, (void **)toast);
    if (FAILED(result)) return failed_with(L"the toast could not be made", result);

    int64_t token = 0;
    (*toast)->vtable->AddDismissed(*toast, &on_dismissed, &token);
    (*toast)->vtable->AddFailed(*toast, &on_failed, &token);
    result = (*notifier)->vtable->Show(*notifier, *toast);
    if (FAILED(result)) return failed_with(L"the toast was refused", result);
    return NULL;
}

/* The button that was pressed; -1: the toast itself, or one of an earlier view. */
static int pressed_button(const View *view, const wchar_t *arguments) {
    for (int i = 0; i < view->button_count; i++) {
        wchar_t *own = button_arguments(view, i);
        bool is_it = wcscmp(own, arguments) == 0;
        free(own);
        if (is_it) return i;
    }
    return -1;
}

static ToastEnd follow_toast(const View *view, HANDLE withdrawn, HANDLE activated, int *exit_code) {
    HANDLE events[] = {withdrawn, activated, on_dismissed.happened};
    while (now_ms() < view->expires_at) {
        switch (WaitForMultipleObjects(3, events, FALSE, LOOK_EVERY_MS)) {
            case WAIT_OBJECT_0:
                *exit_code = report_closed("withdrawn");
                return TOAST_ENDED;
            case WAIT_OBJECT_0 + 1: {
                wchar_t *arguments = take_toast_activation();
                if (arguments == NULL) break;
                int button = pressed_button(view, arguments);
                if (button < 0) return TOAST_WANTS_POPUP;
                *exit_code = report_answer(button);
                return TOAST_ENDED;
            }
            case WAIT_OBJECT_0 + 2:
                /* 0: by the user. Otherwise it has gone to the action centre, where it can still be answered. */
                if (on_dismissed.value == 0) {
                    *exit_code = report_closed("dismissed");
                    return TOAST_ENDED;
                }
                break;
            default:
                break;
        }
    }
    *exit_code = report_closed("expired");
    return TOAST_ENDED;
}

ToastEnd show_toast(const View *view, HANDLE withdrawn, int *exit_code, const wchar_t **reason) {
    Notifier *notifier = NULL;
    Toast *toast = NULL;
    DWORD cookie = 0;
    HANDLE activated = CreateEventW(NULL, FALSE, FALSE, NULL);
    on_dismissed.happened = CreateEventW(NULL, FALSE, FALSE, NULL);
    on_failed.happened = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (view->button_count > MOST_TOAST_BUTTONS) {
        *reason = L"the view has more buttons than a toast can have";
        return TOAST_WANTS_POPUP;
    }
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    HRESULT result = offer_toast_activator(activated, &cookie);
    *reason = FAILED(result) ? failed_with(L"answers to toasts cannot be received", result)
                             : raise_toast(view, &notifier, &toast);
    if (*reason != NULL) return TOAST_WANTS_POPUP;
    HANDLE first[] = {withdrawn, on_failed.happened};
    if (WaitForMultipleObjects(2, first, FALSE, FAILURE_MS) == WAIT_OBJECT_0 + 1) {
        *reason = failed_with(L"the toast could not be shown", (HRESULT)on_failed.value);
        return TOAST_WANTS_POPUP;
    }
    report_shown("toast", NULL);
    ToastEnd end = follow_toast(view, withdrawn, activated, exit_code);
    notifier->vtable->Hide(notifier, toast);
    CoRevokeClassObject(cookie);
    return end;
}
