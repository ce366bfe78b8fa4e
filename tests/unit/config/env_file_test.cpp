#include <catch2/catch.hpp>

#include "config/pipeline_spec.hpp"
#include "temporary_file.hpp"
#include "tsflow/error.hpp"

using tsflow::read_env_file;
using tsflow::testing::TemporaryFile;

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables read(const std::string& text) {
    return read_env_file(TemporaryFile{".env", text}.path());
}

/// What such a file is refused with, behind the file's name.
std::string refusal(const std::string& text) {
    const TemporaryFile file{".env", text};
    try {
        read_env_file(file.path());
        return "was read";
    } catch (const tsflow::Error& error) {
        return std::string{error.what()}.substr(file.path().string().size());
    }
}

}  // namespace

TEST_CASE("an env file holds a variable a line, comments and blank lines") {
    CHECK(read("# keys\n\nA=1\n  B = two words \nexport C=3\n_D1=\n") ==
          Variables{{"A", "1"}, {"B", "two words"}, {"C", "3"}, {"_D1", ""}});
}

TEST_CASE("a value may stand in quotes") {
    CHECK(read(R"(A=" x # y " # comment
B='a\n"b"'
C="tab\tquote\" dollar\$ other\q"
D=""
)") == Variables{{"A", " x # y "},
                 {"B", "a\\n\"b\""},
                 {"C", "tab\tquote\" dollar$ other\\q"},
                 {"D", ""}});
}

TEST_CASE("a comment behind a value begins behind a blank") {
    CHECK(read("A=x#y # z\nB=# nothing\nC=http://h/#frag\n") ==
          Variables{{"A", "x#y"}, {"B", ""}, {"C", "http://h/#frag"}});
}

TEST_CASE("later lines win, and other systems' line ends are fine") {
    CHECK(read("\xEF\xBB\xBF"
               "A=1\r\nB=2\r\nA=3") == Variables{{"A", "3"}, {"B", "2"}});
}

TEST_CASE("a line that is none is refused, and its value is not shown") {
    CHECK(refusal("A=1\nhunter2\n") == ":2: expected NAME=value; this line has no '='");
    CHECK(refusal("hunter 2=x\n") ==
          ":1: expected NAME=value; what stands before '=' is no name of letters, digits and '_'");
    CHECK(refusal("1A=x") == refusal("=x"));
    CHECK(refusal("A=\"hunter2\n") == ":1: the value has no closing \"; a value ends on its line");
    CHECK(refusal("A='hunter2\n") == ":1: the value has no closing '; a value ends on its line");
    CHECK(refusal("A=\"x\" y\n") == ":1: only a comment may follow the closing quote");
}

TEST_CASE("a missing env file is refused") {
    CHECK_THROWS_WITH(read_env_file("/nowhere/.env"), "/nowhere/.env: there is no such file");
}
