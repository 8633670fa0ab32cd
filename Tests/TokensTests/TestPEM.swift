/// Keys in PEM as `openssl` writes them.
enum TestPEM {
    /// For key agreement: it can sign nothing.
    static let x25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VuAyEAeN8lq8ICxX2D8s4hVRMjLQdr7BwA9XJ0V1KovQgC5WU=
        -----END PUBLIC KEY-----
        """
    /// On a curve that JWT knows as ES256K, and that is not supported.
    static let secp256k1 = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEKng1OIOifKi2cxm7nbtg5RaJz/HaTXPQ
        JeD184pgqwgasjsxYZnvYnmjLoDU2qDs/sOBjUOuM3WBlX8cG67mbg==
        -----END PUBLIC KEY-----
        """
    /// P-256, but spelled out number by number.
    static let explicitP256 = """
        -----BEGIN PUBLIC KEY-----
        MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA
        AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////
        ///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd
        NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5
        RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA
        //////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABEcZYzpSiKPGK74woqelYPtu
        a8K3vPaHV+wXwXJwQf1CKStc3RVY3I1JkQXYHv06qTzi2YVzh5e8qAdh70yEnE4=
        -----END PUBLIC KEY-----
        """
    /// 2048 bits.
    static let rsa = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArzjl4JqfwPN6de+sNAJj
        9i7haGO42VeiIvpcFifWzdxO+NiraoDHsXsTyZ/WYbrQCTKC+sCAMeBgroPychns
        dVdopEbgoCE0VWzdgKPLrU5PGuFHca79iThJmn8T+rHgqk9Pl1tFcxhNWJOfUnyx
        Cuq4+L7cWjo0xzeLfPwTr+Ou22xCRywaXNU/aqm+7e8ZRY7QAL7xVWELy2HOvK2Q
        l7xC9G1mj0sL2bVenUxuvAQcfvm9cmNfjlSKHU0VRc4nNyL7xS96JOeHmyXh3CLi
        7GjDvecmNA5j449OjDL3m4iTaxvA/PsWMi1PgswNN0WZOx8BRnkz6Fgx8etJLGHK
        XQIDAQAB
        -----END PUBLIC KEY-----
        """
    /// 2040 bits.
    static let shortRSA = """
        -----BEGIN PUBLIC KEY-----
        MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQAA2UaVFQgY+BOiNiagWXWU
        U3VXO+Six8V/+k5E2wO1K+0c28noPDwIGtmL+lg3+yhDbS6hzfdx+rdr/5YnccpX
        nUYwG1whDZjFboBLl1PYxMid3l3h1b0bbsGlndZgFPt9j/VrHsxOv6w44kVk2xNy
        uDOxi5haHIfKfZoB3Zwq6NRi36asjq9euhfb3kD6nqdn9N8R9Z0iIkgnyimpgsE4
        6sJ2LUnwiK1lYX/fmzYBj1koYnWwIXrYqzdbqs1c+qOfyFIOFw3C1s/K8nRRzIeJ
        KLKV7Oc/bW35Ft8fkQrGRCZrFj5aUF2ZU8njs4L4m8WXTv4NFTJurfJ6GaN75KoZ
        AgMBAAE=
        -----END PUBLIC KEY-----
        """
    /// An RSA key that is restricted to PSS by its type.
    static let rsaPSS = """
        -----BEGIN PUBLIC KEY-----
        MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAJq0X6kCn0I+kOpYnZKPJmYz
        zbXeb4rnjHg/zjgeMh4OM9K/yqJAD+r+6KJLlG6f2ZFOAvpWEcXP7rYDhv9vEGVM
        8xzTGBx8FvR++F9nh2IrdksQQK+bEZetxOKh7Dnd/i9wGQ8rJfGddfTJ5r8P39Rx
        IE5TY4/JwtB058urR3pOV0IwmIL4xRKSaaKwOpT+RmXUwjG13PcJoRiFp+ANX+t6
        R/v9HEfI4eT/npJzm3WeYclpec/kj+5QY3rnEda7FoFpettGyN70eUFhk0Sq7Sgg
        jaBXiQujbB+ZXVBTKhJo7FLavug1qSZvNMXt09WJlytEmkRd5jNbd7teVwoko7sC
        AwEAAQ==
        -----END PUBLIC KEY-----
        """
    static let p256Secret = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXOENmovH4jCC39KC
        DG0w5/foBzR3nTQhbdDkwWia8vqhRANCAASSt98qT6lEUP/e5XW8z3AFbQSczejv
        +R1vNPwS8xlCV7/d1YAoXwpDP27Nx0Sx9r3GUaUCRxI8XW0SigIs6frH
        -----END PRIVATE KEY-----
        """
    static let p256Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkrffKk+pRFD/3uV1vM9wBW0EnM3o
        7/kdbzT8EvMZQle/3dWAKF8KQz9uzcdEsfa9xlGlAkcSPF1tEooCLOn6xw==
        -----END PUBLIC KEY-----
        """
    /// In the form of RFC 5915, as `openssl ecparam -genkey` writes it.
    static let p384OfRFC5915 = """
        -----BEGIN EC PRIVATE KEY-----
        MIGkAgEBBDC5QYKvT/I+t1xj5ErvSnQntPvaJlB89q/tlavoV03dpI/KHKw+kEqx
        OQj37HPgQvWgBwYFK4EEACKhZANiAAQ8cfpY6bM0C0SSLLnjl4iyH3lNENjJVkEo
        Y2aj4UyQYBWrtQR4fsqOYdwXC750CkNkSZ99jH7D8ZnSmBm6tP/s73DE3KHcCy1m
        osy8oVG7rhCEVIo6OmCwoy1sGB8hILY=
        -----END EC PRIVATE KEY-----
        """

    static let p384Secret = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAGbF7R8jMopgJVj2U8
        c3l1Mus0beqDa4zudgbNd4AsK4yVvWIHd4FMvVxnbVP003ShZANiAATGvMvBE8PY
        57crSF0vdSjHOYrJednmFUUUMyl2aqfvpzDHullR9IyXWvI46imMpR+Y+oI1HvLO
        1KEBnka8wEbS1FFPCto0zFpNk0YRddo9J9ftwcZmNcbebyLMz+rL7Aw=
        -----END PRIVATE KEY-----
        """
    static let p384Public = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAExrzLwRPD2Oe3K0hdL3UoxzmKyXnZ5hVF
        FDMpdmqn76cwx7pZUfSMl1ryOOopjKUfmPqCNR7yztShAZ5GvMBG0tRRTwraNMxa
        TZNGEXXaPSfX7cHGZjXG3m8izM/qy+wM
        -----END PUBLIC KEY-----
        """
    static let p521Secret = """
        -----BEGIN PRIVATE KEY-----
        MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBxonKHoxfOpMVrfwi
        lPt7S1XuVbWHaat1yE2vkTEBocUkYLX7caRWZ8Sw/eRP6QA8RJfPPmVuAAL9ykWI
        hO5jAmKhgYkDgYYABAENwSH8Z6UwnxaLR35kCDECbf07Z1hANriBynoIUDlvUMo9
        Is6gvOE8kxHznIXe9+T1+SQdVnhvQOuuxqz16dM6swFUtLUbR+9hXTneL8wl+ydU
        huqDl6HYRo7t7/VmZ8t3tAquBluP8CJCP77vfBJlxSMQajhqa0DdFQ1NrdC3QQXH
        tQ==
        -----END PRIVATE KEY-----
        """
    static let p521Public = """
        -----BEGIN PUBLIC KEY-----
        MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBDcEh/GelMJ8Wi0d+ZAgxAm39O2dY
        QDa4gcp6CFA5b1DKPSLOoLzhPJMR85yF3vfk9fkkHVZ4b0Drrsas9enTOrMBVLS1
        G0fvYV053i/MJfsnVIbqg5eh2EaO7e/1ZmfLd7QKrgZbj/AiQj++73wSZcUjEGo4
        amtA3RUNTa3Qt0EFx7U=
        -----END PUBLIC KEY-----
        """
    /// The secret key of `rsa`.
    static let rsaSecret = """
        -----BEGIN PRIVATE KEY-----
        MIIEuwIBADANBgkqhkiG9w0BAQEFAASCBKUwggShAgEAAoIBAQCvOOXgmp/A83p1
        76w0AmP2LuFoY7jZV6Ii+lwWJ9bN3E742KtqgMexexPJn9ZhutAJMoL6wIAx4GCu
        g/JyGex1V2ikRuCgITRVbN2Ao8utTk8a4Udxrv2JOEmafxP6seCqT0+XW0VzGE1Y
        k59SfLEK6rj4vtxaOjTHN4t8/BOv467bbEJHLBpc1T9qqb7t7xlFjtAAvvFVYQvL
        Yc68rZCXvEL0bWaPSwvZtV6dTG68BBx++b1yY1+OVIodTRVFzic3IvvFL3ok54eb
        JeHcIuLsaMO95yY0DmPjj06MMvebiJNrG8D8+xYyLU+CzA03RZk7HwFGeTPoWDHx
        60ksYcpdAgMBAAECgf9XRH843cmyz5CuLDAXtxkSA0dANmpZ1MtroEU8w5q37IFo
        boDxCjJqsmGoiXK8Oc5ixkV1nWo7bQS55f1Z1o9t4Zq8NpCpL+Bgq1emOe224smD
        Ga/7bqvXK7F8wM2yjeTW7ak2OL7eE7xx4RP4gSGrzjtRp70XMuYWUhOmq+UiM/AI
        gfGAImEYsuOW5hhZGoN4HbYYP2sJQk2BQB8eQaYRDqwKFzeGG+mswQIJKtNdWJIh
        Lgx+d/cMkKa3J8Y60hFGRzOuL2JdBqZ3CmlJwc8nypTdD5ElmRTRDyB0W722lRjz
        jLfVqCyuQtiakDu3qIPBvwZVg9oQKxsFK6QUQ5MCgYEA4PXrt4LmgqkmQ0ifqOLp
        c0OCl+rR2PqDdw9t3p/YeRwdx5YuBQIBnI0gKHgbuEjMAKv6FVn9W2s9aBoWvOpk
        IOCHR1Uj5o0z4nCzi1+QB4eac8u7bNFhMWtPm2yhqclVW+rCn1UX7mYRFEEsIrVV
        8ZBdM+896xtv4pGSMGq7jHsCgYEAx2YdM2jCUffLH7IGtCq/pt2ldObS96jQ2nqX
        UsK5czHrTf9Z+On/RZGEyCLUoU26v4MvfJPYi6GGKnwSOXdVWXkNMgLYPyp0XujO
        8nAwRv0zO45/MG9ldedm91zWLo5JruZz5aciYlnK3Ce0Uln/QG8Ae9ysWrbH2Ij0
        YYqf6QcCgYAc0CKyzHdNwPB/qauZbAbOlpUBdDgQfHWeKEHAQ+TsDifaSmf2iD1A
        merGhCu4vMo0Q9KyLWZ/8QpabQ0AgVz1wQxSnJsOioNcu2ajsUe3Tyz/K9cDpwW1
        2LLHi3BhWMIwFa97zOBVzojdeUN35pXtbLojTr81f7wi3tZEkUcYRQKBgBT8yIIK
        urlJ7ZVOdaos/bMgjTO6v+XVXPZCBP9vA3n+fRfekqfCaV33LRSrpdm8hrV1p1/j
        Z916iNab7Icj6lXaiesDpaMwYsNCmdWmvU4bhHL2UqjUcMdyLcJHgTuxOkwwcW5w
        owvbC6EUhMROOLGdfV2MIpABwRMnhyFlJ+OtAoGBAI+e9fWbMXl3ot1zjoizuJYN
        tUcsi8x5Qa8k1UDPznow38xiZHuUzFqtcBjvfT1kF7Marf/jmu294zVCIY6M6isK
        VlPgeTZPdlSXVSj9rJ7oVnLGoV0SUktYW9cam7HCyZwc5snBkRAHnrxKYUmTIVS7
        msuiU6/MmIHjzxSE8BaV
        -----END PRIVATE KEY-----
        """
}
