/* NVML's answers from the text files of a folder: as much of the library as a counter needs.
 *
 * $FAKE_NVML_DIR/gpu<i> holds one line: millijoules architecture mig uuid name.
 * Without the variable there is no driver, and without gpu0 there is no GPU.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, NO_DRIVER = 9, LOST = 15 };

typedef struct {
    unsigned long long millijoules;
    unsigned architecture;
    int mig; /* -1: cannot be cut into slices */
    char uuid[96];
    char name[96];
} Gpu;

static FILE *opened(size_t index) {
    char path[4096];
    const char *folder = getenv("FAKE_NVML_DIR");
    snprintf(path, sizeof path, "%s/gpu%zu", folder ? folder : "", index);
    return folder ? fopen(path, "r") : NULL;
}

/* A handle is the index and 1, for 0 is no handle. */
static int look(void *handle, Gpu *gpu) {
    FILE *file = opened((size_t)handle - 1);
    if (!file) return LOST;
    int fields = fscanf(file, "%llu %u %d %95s %95[^\n]", &gpu->millijoules, &gpu->architecture,
                        &gpu->mig, gpu->uuid, gpu->name);
    fclose(file);
    return fields == 5 ? SUCCESS : LOST;
}

int nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    return getenv("FAKE_NVML_DIR") ? SUCCESS : NO_DRIVER;
}

int nvmlShutdown(void) { return SUCCESS; }

const char *nvmlErrorString(int code) {
    return code == LOST ? "GPU is lost" : code == NO_DRIVER ? "Driver Not Loaded" : "Other Error";
}

int nvmlDeviceGetCount_v2(unsigned *count) {
    FILE *file;
    for (*count = 0; (file = opened(*count)); ++*count) fclose(file);
    return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) {
    FILE *file = opened(index);
    if (!file) return INVALID_ARGUMENT;
    fclose(file);
    *handle = (void *)(size_t)(index + 1);
    return SUCCESS;
}

int nvmlDeviceGetUUID(void *handle, char *uuid, unsigned length) {
    Gpu gpu;
    int code = look(handle, &gpu);
    if (code == SUCCESS) snprintf(uuid, length, "%s", gpu.uuid);
    return code;
}

int nvmlDeviceGetName(void *handle, char *name, unsigned length) {
    Gpu gpu;
    int code = look(handle, &gpu);
    if (code == SUCCESS) snprintf(name, length, "%s", gpu.name);
    return code;
}

int nvmlDeviceGetArchitecture(void *handle, unsigned *architecture) {
    Gpu gpu;
    int code = look(handle, &gpu);
    if (code == SUCCESS) *architecture = gpu.architecture;
    return code;
}

int nvmlDeviceGetMigMode(void *handle, unsigned *current, unsigned *pending) {
    Gpu gpu;
    int code = look(handle, &gpu);
    if (code == SUCCESS && gpu.mig < 0) return NOT_SUPPORTED;
    if (code == SUCCESS) *current = *pending = (unsigned)gpu.mig;
    return code;
}

int nvmlDeviceGetTotalEnergyConsumption(void *handle, unsigned long long *millijoules) {
    Gpu gpu;
    int code = look(handle, &gpu);
    if (code == SUCCESS) *millijoules = gpu.millijoules;
    return code;
}

int nvmlDeviceGetC2cModeInfoV(void *handle, void *info) {
    (void)handle, (void)info;
    return NOT_SUPPORTED; /* it is no Grace Hopper */
}
