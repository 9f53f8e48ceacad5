/*
 * Toasts need an application in the Start menu: a shortcut for all users that carries the id of the application
 * and the class which receives the answers, and that class in the registry. Needs an administrator.
 */
#include "helper.h"
#include <initguid.h>
#include <knownfolders.h>
#include <propsys.h>
#include <shlobj.h>
#include <stdlib.h>

DEFINE_GUID(fmtid_app_user_model, 0x9F4C2855, 0x9F79, 0x4B39, 0xA8, 0xD0, 0xE1, 0xD4, 0x2D, 0xE1, 0xD5, 0xF3);
enum { PROPERTY_ID = 5, PROPERTY_TOAST_ACTIVATOR = 26 };

static wchar_t *own_path(void) {
    wchar_t *path = must_allocate(32768 * sizeof *path);
    GetModuleFileNameW(NULL, path, 32767);
    return path;
}

static wchar_t *shortcut_path(const wchar_t *name) {
    wchar_t *folder = NULL;
    if (FAILED(SHGetKnownFolderPath(&FOLDERID_CommonPrograms, KF_FLAG_CREATE, NULL, &folder))) return NULL;
    wchar_t *path = must_format(L"%ls\\%ls.lnk", folder, name);
    CoTaskMemFree(folder);
    return path;
}

static wchar_t *class_key(void) {
    wchar_t text[64];
    StringFromGUID2(&toast_activator_clsid, text, 64);
    return must_format(L"Software\\Classes\\CLSID\\%ls", text);
}

static HRESULT set_properties(IShellLinkW *link) {
    IPropertyStore *store = NULL;
    HRESULT result = IShellLinkW_QueryInterface(link, &IID_IPropertyStore, (void **)&store);
    if (FAILED(result)) return result;
    PROPERTYKEY id = {fmtid_app_user_model, PROPERTY_ID};
    PROPVARIANT value = {0};
    value.vt = VT_LPWSTR;
    value.pwszVal = (wchar_t *)application_id;
    result = IPropertyStore_SetValue(store, &id, &value);
    if (SUCCEEDED(result)) {
        PROPERTYKEY activator = {fmtid_app_user_model, PROPERTY_TOAST_ACTIVATOR};
        CLSID clsid = toast_activator_clsid;
        value.vt = VT_CLSID;
        value.puuid = &clsid;
        result = IPropertyStore_SetValue(store, &activator, &value);
    }
    if (SUCCEEDED(result)) result = IPropertyStore_Commit(store);
    IPropertyStore_Release(store);
    return result;
}

static HRESULT save_shortcut(const wchar_t *path) {
    IShellLinkW *link = NULL;
    IPersistFile *file = NULL;
    HRESULT result =
        CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW, (void **)&link);
    if (FAILED(result)) return result;
    wchar_t *target = own_path();
    result = IShellLinkW_SetPath(link, target);
    /* Who starts it from the Start menu gets nothing but a short look at nothing. */
    if (SUCCEEDED(result)) result = IShellLinkW_SetArguments(link, L"toast-activated");
    if (SUCCEEDED(result)) result = set_properties(link);
    if (SUCCEEDED(result)) result = IShellLinkW_QueryInterface(link, &IID_IPersistFile, (void **)&file);
    if (SUCCEEDED(result)) result = IPersistFile_Save(file, path, TRUE);
    if (file != NULL) IPersistFile_Release(file);
    IShellLinkW_Release(link);
    free(target);
    return result;
}

int register_application(const wchar_t *name) {
    CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    wchar_t *path = shortcut_path(name);
    if (path == NULL) return report_failure(L"the Start menu was not found", 0);
    wchar_t *key = must_format(L"%ls\\LocalServer32", class_key());
    wchar_t *target = own_path();
    wchar_t *command = must_format(L"\"%ls\" toast-activated", target);
    LSTATUS status = RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, NULL, REG_SZ, command,
                                     (DWORD)((wcslen(command) + 1) * sizeof *command));
    if (status != ERROR_SUCCESS) return report_failure(L"the toast's class could not be registered", (DWORD)status);
    HRESULT result = save_shortcut(path);
    if (FAILED(result)) return report_failure(L"the shortcut in the Start menu could not be made", (DWORD)result);
    Line line = {0};
    line_add(&line, "{\"event\":\"registered\",\"shortcut\":");
    line_add_string(&line, path);
    line_add(&line, "}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}

int unregister_application(const wchar_t *name) {
    wchar_t *path = shortcut_path(name);
    if (path != NULL && !DeleteFileW(path) && GetLastError() != ERROR_FILE_NOT_FOUND) {
        return report_failure(L"the shortcut in the Start menu could not be removed", GetLastError());
    }
    LSTATUS status = RegDeleteTreeW(HKEY_LOCAL_MACHINE, class_key());
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND) {
        return report_failure(L"the toast's class could not be removed", (DWORD)status);
    }
    Line line = {0};
    line_add(&line, "{\"event\":\"unregistered\"}");
    return line_send(&line) ? EXIT_DONE : EXIT_FAILED;
}
