#include "garbage.hpp"

namespace tsflow::massive_sim {

Garbage make_garbage(std::string_view kind) {
    constexpr std::string_view no_json = "this is no JSON {]";
    constexpr std::size_t depth = 5000;
    if (kind == "truncated") {
        return {Opcode::text, R"([{"ev":"AM","sym":"AAPL","v":4110,"o":0.44)"};
    }
    if (kind == "object") {
        return {Opcode::text,
                R"({"ev":"AM","sym":"AAPL","v":1,"o":1,"c":1,"h":1,"l":1,"s":0,"e":60000})"};
    }
    if (kind == "number") {
        return {Opcode::text, "42"};
    }
    if (kind == "nested") {
        return {Opcode::text, std::string(depth, '[') + std::string(depth, ']')};
    }
    if (kind == "unknown_event") {
        return {Opcode::text,
                R"([{"ev":"ZZ","sym":"AAPL","x":[1,{"y":null}]},{"no_ev":true},[],null,7])"};
    }
    if (kind == "bad_fields") {
        return {
            Opcode::text,
            R"([{"ev":"AM","sym":7,"v":"many","o":null,"c":true,"h":[],"l":{},"s":"x","e":-1}])"};
    }
    if (kind == "binary") {
        return {Opcode::binary, std::string{no_json}};
    }
    if (kind == "invalid_utf8") {
        return {Opcode::text, "[{\"ev\":\"AM\",\"sym\":\"\xff\xfe\"}]"};
    }
    if (kind == "reserved_opcode") {
        constexpr std::uint8_t reserved = 3;
        return {static_cast<Opcode>(reserved), std::string{no_json}};
    }
    return {Opcode::text, std::string{no_json}};
}

std::string half_a_frame() {
    std::string frame;
    append_frame(frame, Opcode::text, R"([{"ev":"AM","sym":"AAPL","v":1,"o":1.5,"c":2.5}])");
    frame.resize(frame.size() / 2);
    return frame;
}

}  // namespace tsflow::massive_sim
