import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The driver for Java. Arguments: a file with the token on its first line and then a class of tests on each, and the
 * file to answer on. The token lives on the stack of main only, where reflection does not reach.
 */
public final class Examiner {
    private Examiner() {}

    public static void main(String[] args) throws Exception {
        String token;
        List<String> names = new ArrayList<>();
        try (BufferedReader given = new BufferedReader(new FileReader(args[0], StandardCharsets.UTF_8))) {
            token = given.readLine();
            for (String name = given.readLine(); name != null; name = given.readLine()) names.add(name);
        }
        OutputStream answers = new FileOutputStream(args[1]);
        Arrays.fill(args, "");
        System.setIn(InputStream.nullInputStream());
        List<Method> tests = new ArrayList<>();
        // Not initialized yet: what the tests are is known before anything of the learner's has run.
        for (String name : names) tests.addAll(marked(Class.forName(name, false, Examiner.class.getClassLoader()), Test.class));
        StringBuilder expected = new StringBuilder();
        for (Method test : tests) expected.append(expected.length() == 0 ? "" : ",").append(quoted(name(test)));
        say(answers, token, "{\"expected\": [" + expected + "]}");
        Class<?> current = null;
        Throwable broken = null;
        for (Method test : tests) {
            if (test.getDeclaringClass() != current) {
                if (current != null) broken = all(current, AfterAll.class, null);
                current = test.getDeclaringClass();
                broken = all(current, BeforeAll.class, null);
            }
            long started = System.nanoTime();
            Throwable error = broken != null ? broken : run(test);
            long ms = (System.nanoTime() - started) / 1_000_000;
            String status = error == null ? "pass" : error instanceof AssertionError ? "fail" : "error";
            say(answers, token, "{\"name\": " + quoted(name(test)) + ", \"status\": \"" + status + "\", \"ms\": " + ms
                + ", \"message\": " + quoted(error == null ? "" : told(error)) + "}");
        }
        if (current != null) all(current, AfterAll.class, null);
        say(answers, token, "{\"done\": " + tests.size() + "}");
        System.out.flush();
        // Not exit: no thread and no hook of the learner's runs on.
        Runtime.getRuntime().halt(0);
    }

    private static Throwable run(Method test) {
        if (test.isAnnotationPresent(Disabled.class)) return new AssertionError("The test was left out.");
        try {
            var constructor = test.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            Object object = constructor.newInstance();
            Throwable error = all(test.getDeclaringClass(), BeforeEach.class, object);
            if (error == null) error = call(test, object);
            Throwable after = all(test.getDeclaringClass(), AfterEach.class, object);
            return error == null ? after : error;
        } catch (InvocationTargetException error) {
            return error.getCause();
        } catch (Throwable error) {
            return error;
        }
    }

    private static Throwable all(Class<?> tests, Class<? extends Annotation> mark, Object object) {
        for (Method method : marked(tests, mark)) {
            Throwable error = call(method, object);
            if (error != null) return error;
        }
        return null;
    }

    private static Throwable call(Method method, Object object) {
        try {
            method.setAccessible(true);
            method.invoke(object);
            return null;
        } catch (InvocationTargetException error) {
            return error.getCause();
        } catch (Throwable error) {
            return error;
        }
    }

    private static List<Method> marked(Class<?> tests, Class<? extends Annotation> mark) {
        List<Method> methods = new ArrayList<>();
        for (Method method : tests.getDeclaredMethods()) if (method.isAnnotationPresent(mark)) methods.add(method);
        methods.sort(Comparator.comparing(Method::getName));
        return methods;
    }

    private static String name(Method test) {
        DisplayName shown = test.getAnnotation(DisplayName.class);
        return test.getDeclaringClass().getSimpleName() + "." + (shown == null ? test.getName() : shown.value());
    }

    private static String told(Throwable error) {
        String text = error instanceof AssertionError ? String.valueOf(error.getMessage()) : error.toString();
        for (StackTraceElement frame : error.getStackTrace()) {
            String place = frame.getClassName();
            boolean ours = place.startsWith("java.") || place.startsWith("jdk.") || place.startsWith("org.junit.") || place.equals("Examiner");
            if (!ours) return text + "\n    at " + frame.getFileName() + ":" + frame.getLineNumber();
        }
        return text;
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.substring(0, Math.min(text.length(), 2000)).toCharArray()) {
            if (c < 32 || c == '"' || c == '\\' || c > 126) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    private static void say(OutputStream answers, String token, String line) throws IOException {
        answers.write((token + " " + line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
