import Testing

@testable import KeyFetching

@Suite("Public addresses")
struct PublicAddressTests {
    @Test(
        "are not those of private networks, this machine, its links or its cloud's metadata",
        arguments: [
            0x0000_0000, 0x0A01_0203, 0x6440_0001, 0x647F_FFFF, 0x7F00_0001, 0x7FFF_FFFF, 0xA9FE_A9FE, 0xAC10_0001,
            0xAC1F_FFFF, 0xC000_0001, 0xC000_0201, 0xC0A8_0101, 0xC612_0001, 0xC613_FFFF, 0xC633_6401, 0xCB00_7101,
            0xE000_0001, 0xF000_0001, 0xFFFF_FFFF,
        ] as [UInt32])
    func privateIPv4(address: UInt32) {
        #expect(!PublicAddress.contains(ipv4: address))
        #expect(!PublicAddress.contains(ipv6: 0xFFFF << 32 | UInt128(address)), "mapped")
        #expect(!PublicAddress.contains(ipv6: 0x0064_FF9B << 96 | UInt128(address)), "translated")
        #expect(!PublicAddress.contains(ipv6: 0x2002 << 112 | UInt128(address) << 80), "6to4")
    }

    @Test(
        "are all others",
        arguments: [
            0x0101_0101, 0x0808_0808, 0x0B00_0001, 0x643F_FFFF, 0x6480_0000, 0x8000_0001, 0xAC0F_FFFF, 0xAC20_0000,
            0xC000_0100, 0xC0A7_0001, 0xC611_FFFF, 0xC614_0000, 0xDFFF_FFFF,
        ] as [UInt32])
    func publicIPv4(address: UInt32) {
        #expect(PublicAddress.contains(ipv4: address))
        #expect(PublicAddress.contains(ipv6: 0xFFFF << 32 | UInt128(address)), "mapped")
        #expect(PublicAddress.contains(ipv6: 0x0064_FF9B << 96 | UInt128(address)), "translated")
    }

    @Test(
        "of IPv6 are global unicast",
        arguments: [
            (0, false), (1, false), (0xFE80 << 112 | 1, false), (0xFC00 << 112, false), (0xFD00 << 112 | 1, false),
            (0xFF02 << 112 | 1, false), (0x2001_0DB8 << 96 | 1, false), (0x2001_0000 << 96 | 1, false),
            (0x2001_01FF << 96, false), (0x3FFF_0000 << 96, false), (0x0100 << 112, false), (0x4000 << 112, false),
            (0x2001_0200 << 96, true), (0x2606_4700 << 96 | 1, true), (0x2A00_1450 << 96, true), (0x3FFE << 112, true),
        ] as [(UInt128, Bool)])
    func ipv6(address: UInt128, isPublic: Bool) {
        #expect(PublicAddress.contains(ipv6: address) == isPublic)
    }
}
