/* The main of a program of tests, as C and as C++: runs the one test it is told to and says once what became of it.
 * Arguments: the test's name, the file with the token, the file to answer on.
 *
 * The learner's code is in the same process. So the token is taken and its file closed before any of that code can
 * run, and from a comparison to the first bytes of the answer nothing is called that this code could have a hand in:
 * no function of the C library, which takes handlers of the program's own and is reached through a table in memory.
 */
#include "check.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>
#ifdef __cplusplus
#include <exception>
#endif

static struct check_test *first_test;
static char test_name[256];
static char token[64];
static int answer_file;
static struct timespec started;

static inline long raw_call(long number, long first, long second, long third) {
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = first;
    register long x1 __asm__("x1") = second;
    register long x2 __asm__("x2") = third;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#else
#error "no system calls for this machine"
#endif
}

__attribute__((noreturn)) static void leave(int code) {
    for (;;) raw_call(SYS_exit_group, code, 0, 0);
}

static void say(const char *text, long length) {
    while (length > 0) {
        long written = raw_call(SYS_write, answer_file, (long)text, length);
        if (written == -EINTR) continue;
        if (written <= 0) leave(3);
        text += written;
        length -= written;
    }
}

static void say_text(const char *text) {
    long length = 0;
    while (text[length]) length++;
    say(text, length);
}

static int same(const char *one, const char *other) {
    while (*one && *one == *other) one++, other++;
    return *one == *other;
}

static int number_of(const char *digits) {
    int number = 0;
    while (*digits >= '0' && *digits <= '9') number = number * 10 + (*digits++ - '0');
    return number;
}

/* The first thing of all in this process that is not the loader's. */
static void take_the_token(int count, char **words, char **environment) {
    (void)environment;
    if (count != 4) leave(2);
    for (unsigned place = 0; place < sizeof test_name - 1 && words[1][place]; place++)
        test_name[place] = words[1][place];
    int token_file = number_of(words[2]);
    answer_file = number_of(words[3]);
    for (unsigned place = 0; place < sizeof token - 1; place++)
        if (raw_call(SYS_read, token_file, (long)&token[place], 1) != 1 || token[place] == '\n') {
            token[place] = 0;
            break;
        }
    raw_call(SYS_close, token_file, 0, 0);
    for (int word = 1; word < count; word++)
        for (char *letter = words[word]; *letter; letter++) *letter = ' ';
}

/* Linked before anything of the learner's, so that it comes first among those that come before all constructors. */
__attribute__((section(".preinit_array"), used)) static void (*first_of_all)(int, char **, char **) = take_the_token;

void check_register(struct check_test *test) {
    test->next = first_test;
    first_test = test;
}

/* The verdict, up to where the message begins. Once it is out nothing takes it back: two answers are none. */
static void begin_answer(const char *status) {
    char digits[24];
    char *first = digits + sizeof digits - 1;
    struct timespec now;
    raw_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
    long ms = (now.tv_sec - started.tv_sec) * 1000 + (now.tv_nsec - started.tv_nsec) / 1000000;
    *first = 0;
    do *--first = (char)('0' + ms % 10);
    while (ms /= 10);
    say_text(token);
    say_text(" {\"name\": \"");
    say_text(test_name);
    say_text("\", \"status\": \"");
    say_text(status);
    say_text("\", \"ms\": ");
    say_text(first);
    say_text(", \"message\": \"");
    for (unsigned place = 0; place < sizeof token; place++) ((volatile char *)token)[place] = 0;
}

static void end_answer(const char *message) {
    char text[6 * 2048];
    long length = 0;
    for (const unsigned char *c = (const unsigned char *)message; *c && length < (long)sizeof text - 6; c++) {
        if (*c < 32 || *c == '"' || *c == '\\') {
            const char escaped[] = {'\\', 'u', '0', '0', "0123456789abcdef"[*c >> 4], "0123456789abcdef"[*c & 15]};
            for (unsigned place = 0; place < sizeof escaped; place++) text[length++] = escaped[place];
        } else {
            text[length++] = (char)*c;
        }
    }
    say(text, length);
    say_text("\"}\n");
}

void check_failed(const char *file, int line, const char *format, ...) {
    begin_answer("fail");
    /* From here on the C library may be used, whatever the learner's code has made of it. */
    char message[2048];
    va_list values;
    const char *name = strrchr(file, '/');
    int length = snprintf(message, 300, "%.200s:%d: ", name ? name + 1 : file, line);
    va_start(values, format);
    vsnprintf(message + length, sizeof message - length, format, values);
    va_end(values);
    end_answer(message);
    fflush(NULL);
    leave(1);
}

int main(void) {
    raw_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&started, 0);
    for (struct check_test *test = first_test; test; test = test->next) {
        if (!same(test->name, test_name)) continue;
#ifdef __cplusplus
        try {
            test->run();
        } catch (const std::exception &error) {
            check_failed(test_name, 0, "%s", error.what());
        }
#else
        test->run();
#endif
        begin_answer("pass");
        end_answer("");
        return 0;
    }
    return 2;
}
