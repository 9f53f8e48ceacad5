#include "helper.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

HANDLE report_to;
HANDLE read_from;

void *must_allocate(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) ExitProcess(EXIT_FAILED);
    return memory;
}

wchar_t *must_format(const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vscwprintf(format, arguments);
    va_end(arguments);
    if (length < 0) ExitProcess(EXIT_FAILED);
    wchar_t *text = must_allocate(((size_t)length + 1) * sizeof *text);
    va_start(arguments, format);
    _vsnwprintf(text, (size_t)length, format, arguments);
    va_end(arguments);
    return text;
}

wchar_t *from_utf8(const char *bytes, size_t length) {
    if (length == 0) return must_allocate(sizeof(wchar_t));
    int count = MultiByteToWideChar(CP_UTF8, 0, bytes, (int)length, NULL, 0);
    wchar_t *text = must_allocate(((size_t)count + 1) * sizeof *text);
    MultiByteToWideChar(CP_UTF8, 0, bytes, (int)length, text, count);
    return text;
}

int64_t now_ms(void) {
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    int64_t ticks = ((int64_t)time.dwHighDateTime << 32) | time.dwLowDateTime;
    /* From 100 ns since 1601 to milliseconds since 1970. */
    return ticks / 10000 - 11644473600000LL;
}

static void add_bytes(Line *line, const char *bytes, size_t count) {
    if (line->used + count + 1 > line->size) {
        line->size = (line->used + count + 1) * 2;
        line->text = realloc(line->text, line->size);
        if (line->text == NULL) ExitProcess(EXIT_FAILED);
    }
    memcpy(line->text + line->used, bytes, count);
    line->used += count;
    line->text[line->used] = '\0';
}

void line_add(Line *line, const char *ascii) {
    add_bytes(line, ascii, strlen(ascii));
}

void line_add_number(Line *line, int64_t number) {
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    line_add(line, digits);
}

void line_add_string(Line *line, const wchar_t *text) {
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *bytes = must_allocate((size_t)size + 1);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, size, NULL, NULL);
    line_add(line, "\"");
    for (const char *at = bytes; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            char escaped[2] = {'\\', *at};
            add_bytes(line, escaped, sizeof escaped);
        } else if ((unsigned char)*at < 0x20) {
            char escaped[8];
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)*at);
            line_add(line, escaped);
        } else {
            add_bytes(line, at, 1);
        }
    }
    line_add(line, "\"");
    free(bytes);
}

bool line_send(Line *line) {
    add_bytes(line, "\n", 1);
    DWORD written = 0;
    BOOL sent = WriteFile(report_to, line->text, (DWORD)line->used, &written, NULL);
    bool whole = sent && written == line->used;
    free(line->text);
    *line = (Line){0};
    return whole;
}

/* What Windows says to an error code, without its line end. */
static void error_words(DWORD error, wchar_t *words, DWORD size) {
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, words,
                                  size, NULL);
    while (length > 0 && (words[length - 1] <= L' ' || words[length - 1] == L'.')) length--;
    words[length] = L'\0';
}

int report_failure(const wchar_t *what, DWORD error) {
    wchar_t words[512] = L"";
    if (error != 0) error_words(error, words, 512);
    wchar_t *reason = error == 0 ? must_format(L"%ls", what)
                                 : must_format(L"%ls: %ls (error %lu)", what, words, (unsigned long)error);
    Line line = {0};
    line_add(&line, "{\"event\":\"failed\",\"reason\":");
    line_add_string(&line, reason);
    line_add(&line, "}");
    line_send(&line);
    free(reason);
    return EXIT_FAILED;
}
