/*
 * Windows tells a desktop application which button of its toast was pressed by calling a COM object whose class is
 * named in the application's Start-menu shortcut. This process offers that class while its toast is shown.
 */
#include "helper.h"
#include <initguid.h>
#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

const wchar_t application_id[] = L"Patchbay.Agent";
const CLSID toast_activator_clsid = {0xEB7D4EDE, 0xEEEC, 0x49ED, {0xAA, 0xE3, 0x7E, 0x06, 0x17, 0x96, 0xE6, 0xBB}};
/* INotificationActivationCallback */
DEFINE_GUID(iid_activation_callback, 0x53E31837, 0x6600, 0x4A81, 0x93, 0x95, 0x75, 0xCF, 0xFE, 0x74, 0x6F, 0x94);

static HANDLE activation_event;
static wchar_t *volatile last_activation;

typedef struct Activator Activator;
static const struct ActivatorTable {
    HRESULT(WINAPI *QueryInterface)(Activator *self, REFIID id, void **object);
    ULONG(WINAPI *AddRef)(Activator *self);
    ULONG(WINAPI *Release)(Activator *self);
    HRESULT(WINAPI *Activate)(Activator *self, LPCWSTR application, LPCWSTR arguments, const void *inputs, ULONG count);
} activator_table;
struct Activator {
    const struct ActivatorTable *vtable;
};
static Activator activator = {&activator_table};

static HRESULT WINAPI activator_query(Activator *self, REFIID id, void **object) {
    bool known = IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, &iid_activation_callback);
    *object = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

/* Both objects are static and never go. */
static ULONG WINAPI activator_reference(Activator *self) {
    (void)self;
    return 1;
}

/* Called on a thread of COM's own. */
static HRESULT WINAPI activator_activate(Activator *self, LPCWSTR application, LPCWSTR arguments, const void *inputs,
                                         ULONG count) {
    (void)self;
    (void)application;
    (void)inputs;
    (void)count;
    wchar_t *copy = must_format(L"%ls", arguments == NULL ? L"" : arguments);
    free(InterlockedExchangePointer((void *volatile *)&last_activation, copy));
    SetEvent(activation_event);
    return S_OK;
}

static const struct ActivatorTable activator_table = {activator_query, activator_reference, activator_reference,
                                                      activator_activate};

static HRESULT WINAPI factory_query(IClassFactory *self, REFIID id, void **object) {
    bool known = IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, &IID_IClassFactory);
    *object = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI factory_reference(IClassFactory *self) {
    (void)self;
    return 1;
}

static HRESULT WINAPI factory_create(IClassFactory *self, IUnknown *outer, REFIID id, void **object) {
    (void)self;
    *object = NULL;
    return outer != NULL ? CLASS_E_NOAGGREGATION : activator_query(&activator, id, object);
}

static HRESULT WINAPI factory_lock(IClassFactory *self, BOOL lock) {
    (void)self;
    (void)lock;
    return S_OK;
}

static IClassFactoryVtbl factory_table = {factory_query, factory_reference, factory_reference, factory_create,
                                          factory_lock};
static IClassFactory factory = {&factory_table};

HRESULT offer_toast_activator(HANDLE activated, DWORD *cookie) {
    activation_event = activated;
    return CoRegisterClassObject(&toast_activator_clsid, (IUnknown *)&factory, CLSCTX_LOCAL_SERVER,
                                 REGCLS_MULTIPLEUSE, cookie);
}

wchar_t *take_toast_activation(void) {
    return InterlockedExchangePointer((void *volatile *)&last_activation, NULL);
}
