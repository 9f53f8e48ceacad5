/*
 * The view comes as lines `name=value` in UTF-8, `\n` and `\\` escaped in values, and ends with an empty line. What
 * follows is nothing but the wish to see the view go: the end of the stream.
 */
#include "helper.h"
#include <wincrypt.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 2 * 1024 * 1024 };

static void set_text(wchar_t **field, const char *value, size_t length) {
    free(*field);
    *field = from_utf8(value, length);
}

static size_t unescape(char *value, size_t length) {
    size_t to = 0;
    for (size_t from = 0; from < length; from++) {
        if (value[from] == '\\' && from + 1 < length) {
            from++;
            value[to++] = value[from] == 'n' ? '\n' : value[from];
        } else {
            value[to++] = value[from];
        }
    }
    return to;
}

static void set_logo(View *view, const char *base64, size_t length) {
    DWORD size = 0;
    if (length == 0 || !CryptStringToBinaryA(base64, (DWORD)length, CRYPT_STRING_BASE64, NULL, &size, NULL, NULL)) return;
    view->logo = must_allocate(size);
    view->logo_size = size;
    CryptStringToBinaryA(base64, (DWORD)length, CRYPT_STRING_BASE64, view->logo, &view->logo_size, NULL, NULL);
}

/* Fields of a name that is not known are left for later versions of the agent. */
static const wchar_t *take_field(View *view, char *line, size_t length) {
    char *equals = memchr(line, '=', length);
    if (equals == NULL) return L"a line of the view has no \"=\"";
    size_t name_length = (size_t)(equals - line);
    char *value = equals + 1;
    size_t value_length = unescape(value, length - name_length - 1);
    char number[32] = "";
    memcpy(number, value, value_length < 31 ? value_length : 31);
#define IS(name) (name_length == sizeof(name) - 1 && memcmp(line, name, name_length) == 0)
    if (IS("id")) set_text(&view->id, value, value_length);
    else if (IS("title")) set_text(&view->title, value, value_length);
    else if (IS("body")) set_text(&view->body, value, value_length);
    else if (IS("company")) set_text(&view->company, value, value_length);
    else if (IS("logo")) set_logo(view, value, value_length);
    else if (IS("defaultButton")) view->default_button = atoi(number);
    else if (IS("toast")) view->as_toast = number[0] == '1';
    else if (IS("warning")) view->is_warning = number[0] == '1';
    else if (IS("rebootAt")) view->reboot_at = _atoi64(number);
    else if (IS("expiresAt")) view->expires_at = _atoi64(number);
    else if (IS("button")) {
        if (view->button_count == MOST_BUTTONS) return L"the view has too many buttons";
        set_text(&view->buttons[view->button_count++], value, value_length);
    }
#undef IS
    return NULL;
}

static const wchar_t *take_fields(View *view, char *bytes, size_t length) {
    char *end = bytes + length;
    for (char *line = bytes; line < end;) {
        char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL) line_end = end;
        const wchar_t *problem = take_field(view, line, (size_t)(line_end - line));
        if (problem != NULL) return problem;
        line = line_end + 1;
    }
    if (view->id == NULL || view->title == NULL || view->body == NULL || view->company == NULL) {
        return L"the view has no id, title, body or company";
    }
    return view->expires_at > 0 ? NULL : L"the view does not say when it goes away";
}

const wchar_t *read_view(View *view) {
    char *bytes = must_allocate(MOST_BYTES + 1);
    size_t used = 0;
    char *end = NULL;
    while (end == NULL) {
        DWORD count = 0;
        if (used == MOST_BYTES) return L"the view is too long";
        if (!ReadFile(read_from, bytes + used, (DWORD)(MOST_BYTES - used), &count, NULL) || count == 0) {
            return L"the view ended before its last line";
        }
        used += count;
        bytes[used] = '\0';
        end = strstr(bytes, "\n\n");
    }
    const wchar_t *problem = take_fields(view, bytes, (size_t)(end - bytes));
    free(bytes);
    return problem;
}

static DWORD WINAPI read_to_end(void *withdrawn) {
    char bytes[256];
    DWORD count = 0;
    while (ReadFile(read_from, bytes, sizeof bytes, &count, NULL) && count > 0) continue;
    SetEvent(withdrawn);
    return 0;
}

HANDLE watch_for_withdrawal(void) {
    HANDLE withdrawn = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, read_to_end, withdrawn, 0, NULL);
    if (withdrawn == NULL || thread == NULL) ExitProcess(EXIT_FAILED);
    CloseHandle(thread);
    return withdrawn;
}

void report_shown(const char *as, const wchar_t *instead_of_toast) {
    Line line = {0};
    line_add(&line, "{\"event\":\"shown\",\"as\":\"");
    line_add(&line, as);
    line_add(&line, "\"");
    if (instead_of_toast != NULL) {
        line_add(&line, ",\"insteadOfToast\":");
        line_add_string(&line, instead_of_toast);
    }
    line_add(&line, "}");
    line_send(&line);
}

int report_answer(int button) {
    Line line = {0};
    line_add(&line, "{\"event\":\"answered\",\"button\":");
    line_add_number(&line, button);
    line_add(&line, "}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

int report_closed(const char *why) {
    Line line = {0};
    line_add(&line, "{\"event\":\"closed\",\"why\":\"");
    line_add(&line, why);
    line_add(&line, "\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}
