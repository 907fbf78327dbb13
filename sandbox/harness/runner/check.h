/* Tests for C and C++. A test is a function that a macro registers; each runs in a process of its own:
 *
 *     #include "check.h"
 *     #include "work.h"
 *
 *     TEST(adds) {
 *         CHECK_INT(add(1, 2), 3);
 *     }
 *
 * The first check that fails ends the test.
 */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
#include <sstream>
#include <string>
extern "C" {
#endif

struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
};

void check_register(struct check_test *test);

/* Says that the running test has failed, and ends it. */
void check_failed(const char *file, int line, const char *format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif

#define TEST(name)                                                           \
    static void check_run_##name(void);                                      \
    __attribute__((constructor)) static void check_register_##name(void) {   \
        static struct check_test test = {#name, check_run_##name, 0};        \
        check_register(&test);                                               \
    }                                                                        \
    static void check_run_##name(void)

#define CHECK(condition)                                                                  \
    do {                                                                                  \
        if (!(condition)) check_failed(__FILE__, __LINE__, "%s does not hold", #condition); \
    } while (0)

#define CHECK_INT(got, expected)                                                                               \
    do {                                                                                                       \
        long long check_got = (got), check_expected = (expected);                                              \
        if (check_got != check_expected)                                                                       \
            check_failed(__FILE__, __LINE__, "%s is %lld instead of %lld", #got, check_got, check_expected);   \
    } while (0)

#define CHECK_NEAR(got, expected, tolerance)                                                                   \
    do {                                                                                                       \
        double check_got = (got), check_expected = (expected);                                                 \
        if (!(fabs(check_got - check_expected) <= (tolerance)))                                                \
            check_failed(__FILE__, __LINE__, "%s is %.10g instead of %.10g", #got, check_got, check_expected); \
    } while (0)

#define CHECK_STRING(got, expected)                                                                           \
    do {                                                                                                      \
        const char *check_got = (got), *check_expected = (expected);                                          \
        if (check_got == 0 || strcmp(check_got, check_expected) != 0)                                         \
            check_failed(__FILE__, __LINE__, "%s is \"%s\" instead of \"%s\"", #got,                          \
                         check_got ? check_got : "(null)", check_expected);                                   \
    } while (0)

#ifdef __cplusplus
template <typename Value>
concept check_printable = requires(std::ostream &out, const Value &value) { out << value; };

template <typename Value>
std::string check_shown(const Value &value) {
    if constexpr (check_printable<Value>) {
        std::ostringstream out;
        out << value;
        return out.str();
    } else {
        return "something else";
    }
}

/* For anything that can be compared; what can be printed is shown. */
#define CHECK_EQUAL(got, expected)                                                                        \
    do {                                                                                                  \
        const auto &check_got = (got);                                                                    \
        const auto &check_expected = (expected);                                                          \
        if (!(check_got == check_expected))                                                               \
            check_failed(__FILE__, __LINE__, "%s is %s instead of %s", #got, check_shown(check_got).c_str(), \
                         check_shown(check_expected).c_str());                                            \
    } while (0)

#define CHECK_THROWS(statement, type)                                                     \
    do {                                                                                  \
        bool check_threw = false;                                                         \
        try {                                                                             \
            statement;                                                                    \
        } catch (const type &) {                                                          \
            check_threw = true;                                                           \
        }                                                                                 \
        if (!check_threw) check_failed(__FILE__, __LINE__, "%s throws no %s", #statement, #type); \
    } while (0)
#endif

#endif
